//! Where a message went, in every form that a log tells it.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Map, Value, json};

use crate::world::phones::{COUNTRIES, UNKNOWN};

#[derive(Clone, Debug)]
pub struct Destination {
    number: Option<String>,
    mcc: Option<u16>,
    /// The label.
    pub country: &'static str,
}

impl Destination {
    pub fn any(rng: &mut StdRng) -> Self {
        if rng.random_bool(0.15) { odd().choose(rng).expect("there are some").clone() } else { Self::plain(rng) }
    }

    /// A whole number; the network is told, left out or 0.
    pub fn plain(rng: &mut StdRng) -> Self {
        let country = COUNTRIES.choose(rng).expect("there are countries");
        let mcc = [Some(country.mcc), Some(country.mcc), Some(0), None].choose(rng).copied().flatten();
        Self { number: Some(country.phone(rng.random_range(0..10_000))), mcc, country: country.code }
    }

    /// SNS writes the network as a number.
    pub fn write_sns(&self, fields: &mut Map<String, Value>) {
        if let Some(number) = &self.number {
            fields.insert("destination".into(), json!(number));
        }
        if let Some(mcc) = self.mcc {
            fields.insert("mcc".into(), json!(mcc));
            fields.insert("mnc".into(), json!(if mcc == 0 { 0 } else { 27 }));
        }
    }

    /// End User Messaging writes it as a string, and may name the country.
    pub fn write_event(&self, fields: &mut Map<String, Value>, names_country: bool) {
        if let Some(number) = &self.number {
            fields.insert("destinationPhoneNumber".into(), json!(number));
        }
        if let Some(mcc) = self.mcc.filter(|mcc| *mcc != 0) {
            fields.insert("mcc".into(), json!(mcc.to_string()));
            fields.insert("mnc".into(), json!("270"));
        }
        if names_country && self.country != UNKNOWN {
            fields.insert("isoCountryCode".into(), json!(self.country));
        }
    }
}

/// The number decides; the network does only where the number cannot be read.
pub fn odd() -> Vec<Destination> {
    let told = |number: &str, mcc, country| Destination { number: Some(number.into()), mcc, country };
    let untold = |mcc, country| Destination { number: None, mcc, country };
    vec![
        told("+1XXX5550100", Some(310), "US"),
        told("+1XXX5550100", Some(302), "CA"),
        told("+1XXX5550100", Some(0), UNKNOWN),
        told("+7XXX5550100", Some(250), "RU"),
        told("+7XXX5550100", Some(401), "KZ"),
        told("+65xxxxxxxx", None, "SG"),
        told("+65xxxxxxxx", Some(525), "SG"),
        // Abroad: the network is the other country's.
        told("+12065550142", Some(302), "US"),
        told("+77015550142", Some(250), "KZ"),
        told("+4915123450142", Some(208), "DE"),
        // A freephone number belongs to no country.
        told("+80012340142", Some(0), UNKNOWN),
        untold(Some(724), "BR"),
        untold(None, UNKNOWN),
    ]
}
