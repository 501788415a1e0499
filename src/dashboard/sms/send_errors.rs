//! Messages that were not even sent, and words that nobody knows.

use super::pool_name;
use crate::dashboard::figures::{Cell, Table, figures as figure, words};
use crate::dashboard::messages;
use crate::model::SendError;
use crate::query::SmsFigures;
use crate::snapshot::Snapshot;

/// In words, where it was told, and what to do.
fn advice(reason: &str) -> [&str; 3] {
    const CALL: &str = "a refused call in CloudTrail";
    match SendError::from_word(reason) {
        Some(SendError::RolePolicy) => [
            "The pool's role may not send text messages",
            CALL,
            "iam:PutRolePolicy: allow sns:Publish to the role in the pool's SmsConfiguration (SnsCallerArn).",
        ],
        Some(SendError::RoleTrust) => [
            "Cognito may not take the pool's role",
            CALL,
            "iam:UpdateAssumeRolePolicy: let cognito-idp.amazonaws.com assume that role, with the pool's external id.",
        ],
        Some(SendError::DeliveryFailure) => [
            "Cognito could not hand the message over",
            CALL,
            "cognito-idp:DescribeUserPool tells what is wrong with the set-up (SmsConfigurationFailure).",
        ],
        Some(SendError::Sandbox) => [
            "The account is in the SMS sandbox: only verified numbers get messages",
            CALL,
            "Leave the sandbox in the Region that sends (AWS Support, \"SNS text messaging\").",
        ],
        Some(SendError::Notification) => [
            "Cognito says that a message was not sent",
            "Cognito's own log (userNotification)",
            "Its words are below. Too many messages to one number in a short time end here, too.",
        ],
        None => [reason, CALL, ""],
    }
}

/// Send errors by pool, and messages that no table knows.
pub(super) fn tables(figures: &SmsFigures, snapshot: &Snapshot) -> [Table; 2] {
    [errors(figures, snapshot), messages::table(&figures.messages)]
}

fn errors(figures: &SmsFigures, snapshot: &Snapshot) -> Table {
    let rows = figures.now.send_errors.iter().map(|each| {
        let [in_words, told_by, remedy] = advice(&each.reason);
        let pool = Cell::named(pool_name(snapshot, &each.key), &each.key.pool_id).sub(each.key.aws_region.clone());
        vec![
            pool,
            Cell::named(in_words, &each.reason),
            Cell::count(each.errors),
            Cell::text(told_by),
            Cell::text(remedy),
        ]
    });
    Table {
        key: "send_errors",
        title: "Not even sent".into(),
        explanation: "Evidence: send errors, of CloudTrail and of Cognito's own log. No carrier ever saw these messages.".into(),
        columns: vec![
            words("pool_id", "Pool"),
            words("reason", "What happened"),
            figure("errors", "Messages"),
            words("told_by", "Told by"),
            words("remedy", "What to do"),
        ],
        rows: rows.collect(),
        nothing: "No message of this time is known not to have been sent. Without the export of Cognito's own log this proves little.".into(),
        note: String::new(),
    }
}
