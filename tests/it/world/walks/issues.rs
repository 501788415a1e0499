//! Challenges that are issued, and what becomes of them: the first client gives three minutes, the other ten.

use super::Start::BeforeMidnight;
use super::{Beat, SMS, TOTP, Walk, answer, asked, initiate, right, throttled, wrong};
use crate::world::event::{Deed, Reply};

pub fn walks() -> Vec<Walk> {
    [answered(), late(), superseded(), ways()].into_iter().flatten().collect()
}

fn answered() -> Vec<Walk> {
    vec![
        Walk::new(
            "issued and answered",
            vec![asked(0, TOTP), right(9, TOTP)],
            &[("issued totp", 1), ("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "issued and answered wrongly",
            vec![asked(0, TOTP), wrong(9, TOTP)],
            &[("issued totp", 1), ("sessions totp", 1), ("failed totp", 1)],
        ),
        Walk::new("issued and answered somehow", vec![asked(0, TOTP), throttled(9, TOTP)], &[("issued totp", 1)]),
        Walk::new("issued and left", vec![asked(0, TOTP)], &[("issued totp", 1), ("abandoned totp", 1)]),
        Walk::new(
            "answered, then issued and left",
            vec![asked(0, TOTP), wrong(9, TOTP), asked(30, TOTP)],
            &[("issued totp", 2), ("abandoned totp", 1), ("sessions totp", 1), ("failed totp", 1)],
        ),
        Walk::new("issued to nobody", vec![asked(0, TOTP).without_sub()], &[("issued totp", 1)]),
        Walk::new(
            "answered by nobody",
            vec![asked(0, TOTP), right(9, TOTP).without_sub()],
            &[("issued totp", 1), ("abandoned totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "answered through another client",
            vec![asked(0, TOTP), right(9, TOTP).elsewhere()],
            &[("issued totp", 1), ("abandoned totp", 1), ("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
    ]
}

fn late() -> Vec<Walk> {
    let through_other = |beats: [Beat; 2]| beats.into_iter().map(Beat::elsewhere).collect();
    vec![
        Walk::new(
            "in time",
            vec![asked(0, TOTP), right(179, TOTP)],
            &[("issued totp", 1), ("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "too late",
            vec![asked(0, TOTP), right(181, TOTP)],
            &[("issued totp", 1), ("abandoned totp", 1), ("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "in time for a client with time",
            through_other([asked(0, TOTP), right(599, TOTP)]),
            &[("issued totp", 1), ("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "too late for a client with time",
            through_other([asked(0, TOTP), right(601, TOTP)]),
            &[("issued totp", 1), ("abandoned totp", 1), ("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        // Clients that nobody describes give fifteen minutes: one is in time there, the other is not.
        Walk::new(
            "after fourteen minutes",
            vec![asked(0, TOTP), right(890, TOTP)],
            &[("issued totp", 1), ("abandoned totp", 1), ("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "after fifteen minutes",
            vec![asked(0, TOTP), right(910, TOTP)],
            &[("issued totp", 1), ("abandoned totp", 1), ("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
    ]
}

fn superseded() -> Vec<Walk> {
    let through_other = |beats: [Beat; 3]| beats.into_iter().map(Beat::elsewhere).collect();
    vec![
        Walk::new(
            "issued twice, answered once",
            vec![asked(0, TOTP), asked(60, TOTP), right(70, TOTP)],
            &[("issued totp", 2), ("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "issued twice and left",
            vec![asked(0, TOTP), asked(100, TOTP)],
            &[("issued totp", 2), ("abandoned totp", 1)],
        ),
        Walk::new(
            "one after the other",
            vec![asked(0, TOTP), asked(170, TOTP), asked(340, TOTP)],
            &[("issued totp", 3), ("abandoned totp", 1)],
        ),
        Walk::new(
            "the newer one comes too late",
            vec![asked(0, TOTP), asked(200, TOTP), right(210, TOTP)],
            &[("issued totp", 2), ("abandoned totp", 1), ("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "the newer one of a client with time",
            through_other([asked(0, TOTP), asked(200, TOTP), right(210, TOTP)]),
            &[("issued totp", 2), ("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "one of each client",
            vec![asked(0, TOTP), asked(20, TOTP).elsewhere()],
            &[("issued totp", 2), ("abandoned totp", 2)],
        ),
    ]
}

fn ways() -> Vec<Walk> {
    let by_admin =
        Deed::Initiate { admin: true, flow: Some("ADMIN_USER_PASSWORD_AUTH"), reply: Reply::Challenge(TOTP) };
    vec![
        Walk::new(
            "issued after a choice",
            vec![asked(0, "SELECT_MFA_TYPE"), answer(4, "SELECT_MFA_TYPE", Reply::Challenge(TOTP)), right(9, TOTP)],
            &[("issued totp", 1), ("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "issued after a proof of the password",
            vec![
                initiate(0, "USER_SRP_AUTH", Reply::Challenge("PASSWORD_VERIFIER")),
                answer(2, "PASSWORD_VERIFIER", Reply::Challenge(SMS)),
            ],
            &[("issued sms", 1), ("abandoned sms", 1), ("requests mfa", 1)],
        ),
        Walk::new(
            "issued by an administrator",
            vec![Beat::new(0, by_admin, None)],
            &[("issued totp", 1), ("abandoned totp", 1)],
        ),
        Walk::new("no second factor is issued", vec![asked(0, "MFA_SETUP"), asked(30, "NEW_PASSWORD_REQUIRED")], &[]),
        Walk::new(
            "issued before midnight",
            vec![asked(0, TOTP), right(20, TOTP)],
            &[("issued totp", 1), ("sessions totp", 1), ("mfa_sign_ins", 1)],
        )
        .starting(BeforeMidnight(10)),
        Walk::new(
            "left over midnight",
            vec![asked(0, TOTP), right(250, TOTP)],
            &[("issued totp", 1), ("abandoned totp", 1), ("sessions totp", 1), ("mfa_sign_ins", 1)],
        )
        .starting(BeforeMidnight(100)),
    ]
}
