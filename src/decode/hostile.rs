//! What tests put into records: any JSON, and what people type.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

/// Any JSON value, three levels deep. Members often have names that mean something.
pub(super) fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        Just(Value::from("HIDDEN_DUE_TO_SECURITY_REASONS")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let known = select(vec![
            "sub",
            "userPoolId",
            "requestParameters",
            "responseParameters",
            "challengeName",
            "smsMfaSettings",
            "enabled",
            "userAttributes",
            "codeDeliveryDetailsList",
            "deliveryMedium",
            "userSub",
            "status",
            "notification",
            "delivery",
            "timestamp",
            "destination",
            "message",
            "details",
            "challenges",
        ]);
        let member = prop_oneof![3 => known.prop_map(str::to_owned), 1 => ".{0,8}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::hash_map(member, inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A phone number, an e-mail address, an IP address, a token, a code or a user name, in one of many spellings.
pub(super) fn personal() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        r"\+?[1-9][0-9]{9,13}",
        r"\+[1-9] ?\([0-9]{3}\) ?[0-9]{3}[-. ][0-9]{4}",
        r"\+[1-9]([-. /][0-9]{2}){5}",
        r"00[1-9][0-9]{10}",
        r"tel:\+[1-9][0-9]{10}",
        r"\+1X{3}[0-9]{7}",
    ];
    let address =
        (name(), select(vec!["@", "%40", " (at) ", "@\u{200b}"]), select(vec!["example.com", "mail.example"]))
            .prop_map(|(name, at, domain)| format!("{name}{at}{domain}"));
    let host = prop_oneof![
        r"[1-9][0-9]{2}\.[1-9][0-9]{2}\.[1-9][0-9]\.[1-9][0-9](:[0-9]{2,4})?",
        r"ip-[1-9][0-9]{2}-[1-9][0-9]{2}-[0-9]{2}-[0-9]{2}",
        r"\[?[0-9a-f]{4}:[0-9a-f]{4}:[0-9a-f]{4}::[0-9a-f]{2,4}\]?",
        r"::ffff:[1-9][0-9]{2}\.[1-9][0-9]{2}\.[1-9][0-9]\.[1-9][0-9]",
    ];
    let token = prop_oneof![
        r"eyJ[A-Za-z0-9_-]{20,60}\.[A-Za-z0-9_-]{20,60}\.[A-Za-z0-9_-]{20,43}",
        r"[A-Za-z0-9+/]{40,80}={0,2}",
        r"[0-9a-f]{32,64}",
        r"AKIA[A-Z0-9]{16}",
        r"Bearer [A-Za-z0-9._-]{24,60}",
    ];
    let code =
        prop_oneof!["[0-9]{6,8}", "[0-9]{3}[- ][0-9]{3}", "[0-9]( [0-9]){5}", "G-[0-9]{6}", "[A-Z0-9]{4}-[0-9]{6}"];
    let quote =
        select(vec![("", ""), ("\"", "\""), ("'", "'"), ("<", ">"), ("(", ")"), ("=", ""), ("user:", ","), ("", ".")]);
    (prop_oneof![number, address, host, token, code, name()], quote)
        .prop_map(|(text, (open, close))| format!("{open}{text}{close}"))
}

/// At least six letters: fewer could stand anywhere.
fn name() -> impl Strategy<Value = String> {
    let first = select(vec!["ana", "Joao", "MARIA", "wei", "Zoë", "mohamed", "Иван", "yuki"]);
    let last = select(vec!["costa", "Silva", "SMITH", "zhang", "Müller", "haddad", "Петров", "tanaka"]);
    (first, select(vec!["", ".", "_", "-", " ", "'", "/", ":"]), last, "[0-9]{0,4}")
        .prop_map(|(first, between, last, number)| format!("{first}{between}{last}{number}"))
}

/// Whether six letters or digits in a row of what was planted, whatever stands between them, are in what was kept
/// and not in what is kept without it.
pub(super) fn is_leaked(planted: &str, kept: &str, kept_without: &str) -> bool {
    let [planted, kept, kept_without] = [planted, kept, kept_without].map(bare);
    planted.windows(6).map(String::from_iter).any(|part| {
        let is_in = |text: &[char]| text.iter().collect::<String>().contains(&part);
        is_in(&kept) && !is_in(&kept_without)
    })
}

fn bare(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
