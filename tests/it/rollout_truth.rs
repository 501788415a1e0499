//! Decisions about MFA, made a second time by a program that shares no SQL with them and reads our files with another
//! engine.

use crate::still_copy::StillCopy;

#[test]
fn decisions_tell_the_truth() {
    StillCopy::shared().holds_against("rollout_truth.py");
}
