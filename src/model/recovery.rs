//! Account recovery.

use super::challenge::words;

words! {
    /// What kind of recovery a record asks for or completes.
    RecoveryKind {
        /// A user asked for a password reset.
        SelfResetRequested = "self_reset_requested",
        /// A user set a new password with a code.
        SelfResetCompleted = "self_reset_completed",
        /// An administrator started a reset.
        AdminReset = "admin_reset",
        /// An administrator set a password.
        AdminSetPassword = "admin_set_password",
        /// An administrator switched a factor off.
        AdminMfaDisable = "admin_mfa_disable",
        /// A user switched a factor off.
        SelfMfaDisable = "self_mfa_disable",
        /// A code was asked for again.
        CodeResent = "code_resent",
    }
}
