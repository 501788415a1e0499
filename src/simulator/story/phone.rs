//! New phone numbers: changed by their owners, by the support desk, or by somebody who is neither.

use serde_json::{Value, json};

use super::administration;
use super::sign_in::surely;
use crate::simulator::flow::Flow;
use crate::simulator::population::{NewPhone, User};
use crate::simulator::record::{Call, HIDDEN, code_delivery};

/// How often CloudTrail hides even the names of the attributes; AWS does not document that it shows them.
const HIDES_NAMES: f64 = 0.1;

/// The number becomes another one, and its new owner answers the code.
pub(super) fn changed(flow: &mut Flow<'_>, user: &User, phone: NewPhone) {
    if phone.by_admin {
        flow.now = phone.at;
        return administration::attributes_updated(flow, attributes(&["phone_number", "phone_number_verified"]));
    }
    flow.named = phone.hijacked.is_some();
    surely(flow, user);
    flow.wait(5, 30);
    flow.now = flow.now.max(phone.at);
    // The records of a stranger's work can all be read.
    let hidden = phone.hijacked.is_none() && flow.chance(HIDES_NAMES);
    let names = if hidden { json!(HIDDEN) } else { attributes(&["phone_number"]) };
    let request = json!({ "accessToken": HIDDEN, "userAttributes": names });
    let answer = json!({ "codeDeliveryDetailsList": [code_delivery("SMS")] });
    flow.emit(Call::public("UpdateUserAttributes", request).answer(answer));
    let mut arrived = flow.text(user);
    for _ in 0..2 {
        flow.wait(12, 40);
        if arrived {
            break;
        }
        let request = json!({ "accessToken": HIDDEN, "attributeName": "phone_number" });
        flow.emit(Call::public("GetUserAttributeVerificationCode", request).code_sent("SMS"));
        arrived = flow.text(user);
    }
    flow.wait(12, 40);
    let request = json!({ "accessToken": HIDDEN, "attributeName": "phone_number", "code": HIDDEN });
    flow.emit(Call::public("VerifyUserAttribute", request));
}

/// Something about the user that sends no code.
pub(super) fn other_attribute(flow: &mut Flow<'_>) {
    flow.wait(5, 60);
    let name = if flow.chance(0.5) { "locale" } else { "nickname" };
    let request = json!({ "accessToken": HIDDEN, "userAttributes": attributes(&[name]) });
    flow.emit(Call::public("UpdateUserAttributes", request).answer(json!({ "codeDeliveryDetailsList": [] })));
}

fn attributes(names: &[&str]) -> Value {
    names.iter().map(|name| json!({ "name": name, "value": HIDDEN })).collect()
}
