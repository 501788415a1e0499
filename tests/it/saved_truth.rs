//! The saved questions, answered a second time by a program that shares no SQL with them and reads our files with
//! another engine.

use crate::still_copy::StillCopy;

#[test]
fn saved_questions_tell_the_truth() {
    StillCopy::shared().holds_against("saved_truth.py");
}
