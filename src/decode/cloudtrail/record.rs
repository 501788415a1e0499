//! The members we read of a record, and what makes them believable.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use uuid::Uuid;

use super::identity::Identity;
use super::list::List;
use crate::decode::lenient::{Object, Text};
use crate::decode::pseudonym::Pseudonyms;
use crate::decode::sanitise::{self, constant, identifier};
use crate::model::{Actor, FactorSetting, MfaConfiguration};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Record<'a> {
    #[serde(borrow)]
    pub(super) event_name: Text<'a>,
    #[serde(borrow)]
    pub(super) event_source: Text<'a>,
    #[serde(borrow, rename = "eventID")]
    pub(super) event_id: Text<'a>,
    #[serde(borrow)]
    event_time: Text<'a>,
    #[serde(borrow)]
    aws_region: Text<'a>,
    #[serde(borrow)]
    recipient_account_id: Text<'a>,
    #[serde(borrow)]
    user_agent: Text<'a>,
    #[serde(borrow, rename = "sourceIPAddress")]
    source_address: Text<'a>,
    #[serde(borrow)]
    error_code: Text<'a>,
    #[serde(borrow)]
    error_message: Text<'a>,
    #[serde(borrow)]
    user_identity: Object<Identity<'a>>,
    #[serde(borrow)]
    request_parameters: Object<Parameters<'a>>,
    #[serde(borrow)]
    response_elements: Object<ResponseElements<'a>>,
    #[serde(borrow)]
    additional_event_data: Object<AdditionalEventData<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ResponseElements<'a> {
    #[serde(borrow)]
    challenge_name: Text<'a>,
    authentication_result: Object<IgnoredAny>,
    #[serde(borrow)]
    status: Text<'a>,
    #[serde(borrow)]
    user_sub: Text<'a>,
    #[serde(borrow)]
    user_pool: Object<Created<'a>>,
    #[serde(borrow)]
    code_delivery_details: Object<Delivery<'a>>,
    #[serde(borrow)]
    code_delivery_details_list: List<Delivery<'a>>,
}

/// Where a code went.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Delivery<'a> {
    #[serde(borrow)]
    delivery_medium: Text<'a>,
}

/// An attribute that a call writes; its value is none of our business.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attribute<'a> {
    #[serde(borrow)]
    name: Text<'a>,
}

/// What a creating call answers with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Created<'a> {
    #[serde(borrow)]
    id: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AdditionalEventData<'a> {
    #[serde(borrow)]
    sub: Text<'a>,
    #[serde(borrow)]
    user_pool_id: Text<'a>,
    #[serde(borrow)]
    client_id: Text<'a>,
    #[serde(borrow)]
    request_parameters: Object<Parameters<'a>>,
    #[serde(borrow)]
    response_parameters: Object<ResponseElements<'a>>,
}

/// Request members of API calls and form fields of UI pages. Names are compared without regard to
/// case: CloudTrail's spelling of acronyms is not documented.
#[derive(Debug, Default)]
pub(super) struct Parameters<'a> {
    user_pool_id: Text<'a>,
    client_id: Text<'a>,
    sub: Text<'a>,
    auth_flow: Text<'a>,
    grant_type: Text<'a>,
    challenge_name: Text<'a>,
    totp: Object<Setting<'a>>,
    sms: Object<Setting<'a>>,
    email: Object<Setting<'a>>,
    passkey: Object<Setting<'a>>,
    mfa_configuration: Text<'a>,
    attribute_name: Text<'a>,
    user_attributes: List<Attribute<'a>>,
    delivery_medium: Text<'a>,
}

/// One factor's settings in `SetUserMFAPreference`.
#[derive(Debug, Default)]
struct Setting<'a> {
    enabled: Text<'a>,
    preferred: Text<'a>,
}

/// Reads the members of an object by name, in any casing, and skips the rest.
macro_rules! any_case {
    ($name:ident { $($member:literal $(| $other:literal)* => $field:ident),+ $(,)? }) => {
        impl<'de: 'a, 'a> Deserialize<'de> for $name<'a> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Members;
                impl<'de> Visitor<'de> for Members {
                    type Value = $name<'de>;

                    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                        formatter.write_str("an object")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
                        let mut value = $name::default();
                        while let Some(MemberName(name)) = members.next_key()? {
                            $(if name.eq_ignore_ascii_case($member) $(|| name.eq_ignore_ascii_case($other))* {
                                value.$field = members.next_value()?;
                                continue;
                            })+
                            members.next_value::<IgnoredAny>()?;
                        }
                        Ok(value)
                    }
                }
                deserializer.deserialize_map(Members)
            }
        }
    };
}

any_case!(Parameters {
    "userPoolId" => user_pool_id,
    "clientId" | "client_id" => client_id,
    "sub" => sub,
    "authFlow" => auth_flow,
    "grant_type" => grant_type,
    "challengeName" => challenge_name,
    "softwareTokenMfaSettings" => totp,
    "smsMfaSettings" => sms,
    "emailMfaSettings" => email,
    "webAuthnMfaSettings" => passkey,
    "mfaConfiguration" => mfa_configuration,
    "attributeName" => attribute_name,
    "userAttributes" => user_attributes,
    "deliveryMedium" => delivery_medium,
});
any_case!(Setting { "enabled" => enabled, "preferredMfa" => preferred });

#[derive(Deserialize)]
struct MemberName<'a>(#[serde(borrow)] Cow<'a, str>);

impl Record<'_> {
    pub(super) fn event_time(&self) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc3339(self.event_time.get()?).ok().map(|time| time.to_utc())
    }

    pub(super) fn aws_region(&self) -> Option<String> {
        identifier(self.aws_region.get()?, 32, "-")
    }

    pub(super) fn account_id(&self) -> Option<String> {
        let id = self.recipient_account_id.get()?;
        (id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())).then(|| id.to_owned())
    }

    pub(super) fn pool_id(&self) -> Option<String> {
        let named = [
            self.request().map(|parameters| &parameters.user_pool_id),
            self.additional().map(|data| &data.user_pool_id),
            self.form().map(|form| &form.user_pool_id),
            self.created_pool(),
        ];
        named.into_iter().flatten().find_map(|text| sanitise::pool_id(text.get()?))
    }

    pub(super) fn client_id(&self) -> Option<String> {
        let named = [
            self.request().map(|parameters| &parameters.client_id),
            self.additional().map(|data| &data.client_id),
            self.form().map(|form| &form.client_id),
        ];
        named.into_iter().flatten().find_map(|text| sanitise::client_id(text.get()?))
    }

    /// The user. A sign-up may tell it in its answer alone.
    pub(super) fn sub(&self) -> Option<Uuid> {
        let named = [
            self.additional().map(|data| &data.sub),
            self.form().map(|form| &form.sub),
            self.response_elements.0.as_ref().map(|elements| &elements.user_sub),
        ];
        named.into_iter().flatten().find_map(Text::uuid)
    }

    pub(super) fn error_code(&self) -> Option<String> {
        let code = self.error_code.get()?;
        Some(identifier(code, 80, ".").unwrap_or_else(|| "unreadable".to_owned()))
    }

    pub(super) fn error_message(&self) -> &str {
        self.error_message.get().unwrap_or_default()
    }

    pub(super) fn auth_flow(&self) -> Option<String> {
        constant(self.request()?.auth_flow.get()?)
    }

    pub(super) fn grant_type(&self) -> Option<String> {
        constant(self.form()?.grant_type.get()?)
    }

    /// The challenge answered by this call.
    pub(super) fn answered_challenge(&self) -> Option<String> {
        constant(self.request()?.challenge_name.get()?)
    }

    /// The challenge issued by this call.
    pub(super) fn issued_challenge(&self) -> Option<String> {
        identifier(self.response_elements.0.as_ref()?.challenge_name.get()?, 40, "_")
    }

    /// Whether tokens were issued.
    pub(super) fn has_tokens(&self) -> bool {
        self.response_elements.0.as_ref().is_some_and(|elements| elements.authentication_result.0.is_some())
    }

    /// `responseElements.status` of `VerifySoftwareToken`: an error with HTTP status 200.
    pub(super) fn says_error(&self) -> bool {
        let status = self.response_elements.0.as_ref().and_then(|elements| elements.status.get());
        status.is_some_and(|status| status.eq_ignore_ascii_case("ERROR"))
    }

    /// HTTP status of a UI page; AWS writes it as a float.
    pub(super) fn page_status(&self) -> Option<u16> {
        let status: f64 = self.additional()?.response_parameters.0.as_ref()?.status.get()?.parse().ok()?;
        (100.0..600.0).contains(&status).then_some(status as u16)
    }

    /// What a preference call says of each factor: TOTP, SMS, e-mail, passkey.
    pub(super) fn factor_settings(&self) -> [FactorSetting; 4] {
        let Some(parameters) = self.request() else { return [FactorSetting::default(); 4] };
        [&parameters.totp, &parameters.sms, &parameters.email, &parameters.passkey].map(|setting| {
            let member = |member: fn(&'_ Setting<'_>) -> Option<bool>| setting.0.as_ref().and_then(member);
            FactorSetting {
                enabled: member(|setting| flag(&setting.enabled)),
                preferred: member(|setting| flag(&setting.preferred)),
            }
        })
    }

    /// The MFA configuration that a call asks for.
    pub(super) fn mfa_configuration(&self) -> Option<MfaConfiguration> {
        MfaConfiguration::from_word(self.request()?.mfa_configuration.get()?)
    }

    pub(super) fn user_agent(&self) -> Option<&str> {
        self.user_agent.get()
    }

    pub(super) fn source_address(&self) -> Option<&str> {
        self.source_address.get()
    }

    /// Whether the answer says that a code went out as a text message.
    pub(super) fn went_by_sms(&self) -> bool {
        let Some(elements) = &self.response_elements.0 else { return false };
        let details = elements.code_delivery_details.0.iter().chain(&elements.code_delivery_details_list.0);
        details.into_iter().any(|delivery| is_sms(&delivery.delivery_medium))
    }

    /// Whether a UI page was asked to send a text message.
    pub(super) fn form_says_sms(&self) -> bool {
        self.form().is_some_and(|form| is_sms(&form.delivery_medium))
    }

    /// The attribute that a call verifies.
    pub(super) fn attribute_name(&self) -> Option<&str> {
        self.request()?.attribute_name.get()
    }

    /// Whether a call readably writes this attribute.
    pub(super) fn names_attribute(&self, name: &str) -> bool {
        self.request()
            .is_some_and(|request| request.user_attributes.0.iter().any(|attribute| attribute.name.get() == Some(name)))
    }

    /// The IAM principal that called.
    pub(super) fn actor(&self, pseudonyms: &Pseudonyms) -> Option<Actor> {
        self.user_identity.0.as_ref()?.actor(pseudonyms)
    }

    fn created_pool(&self) -> Option<&Text<'_>> {
        Some(&self.response_elements.0.as_ref()?.user_pool.0.as_ref()?.id)
    }

    fn request(&self) -> Option<&Parameters<'_>> {
        self.request_parameters.0.as_ref()
    }

    fn additional(&self) -> Option<&AdditionalEventData<'_>> {
        self.additional_event_data.0.as_ref()
    }

    fn form(&self) -> Option<&Parameters<'_>> {
        self.additional()?.request_parameters.0.as_ref()
    }
}

fn is_sms(medium: &Text<'_>) -> bool {
    medium.get().is_some_and(|medium| medium.eq_ignore_ascii_case("SMS"))
}

fn flag(text: &Text<'_>) -> Option<bool> {
    text.get()?.to_ascii_lowercase().parse().ok()
}
