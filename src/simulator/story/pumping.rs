//! A script that signs up numbers, because somebody earns on every text message to them.

use serde_json::json;

use crate::simulator::flow::Flow;
use crate::simulator::population::User;
use crate::simulator::record::{Call, HIDDEN, code_delivery};

const SCRIPT: &str = "python-requests/2.32.3";

/// Signs up, has the code sent again and again, and leaves.
pub(super) fn sign_up(flow: &mut Flow<'_>, user: &User) {
    flow.now = user.created;
    flow.by_script(SCRIPT);
    let request =
        json!({ "clientId": flow.client.id, "username": HIDDEN, "password": HIDDEN, "userAttributes": HIDDEN });
    let answer =
        json!({ "userConfirmed": false, "userSub": user.sub.to_string(), "codeDeliveryDetails": code_delivery("SMS") });
    flow.emit(Call::public("SignUp", request).answer(answer));
    flow.text(user);
    for _ in 0..4 {
        if flow.chance(0.35) {
            break;
        }
        flow.wait(8, 60);
        let request = json!({ "clientId": flow.client.id, "username": HIDDEN });
        if flow.chance(0.03) {
            let limit = "Attempt limit exceeded, please try after some time.";
            return flow.emit(Call::public("ResendConfirmationCode", request).fails("LimitExceededException", limit));
        }
        flow.emit(Call::public("ResendConfirmationCode", request).code_sent("SMS"));
        flow.text(user);
    }
    if let Some(confirmed) = user.confirmed {
        flow.now = confirmed.max(flow.now);
        let request = json!({ "clientId": flow.client.id, "username": HIDDEN, "confirmationCode": HIDDEN });
        flow.emit(Call::public("ConfirmSignUp", request));
    }
}
