//! Challenge sessions: what belongs together, and what becomes of it.

use super::Start::{BeforeHour, BeforeMidnight};
use super::{Beat, SMS, TOTP, Walk, answer, page, page_wrong, right, throttled, wrong};
use crate::world::event::{Deed, Reply};
use crate::world::failures::REJECTED;

const MINUTES_15: i64 = 15 * 60;

pub fn walks() -> Vec<Walk> {
    [answered(), chains(), undetermined(), pages(), identities(), hours()].into_iter().flatten().collect()
}

fn answered() -> Vec<Walk> {
    let reasons = (0..).zip(REJECTED).map(|(number, reason)| wrong(number * 1_000, TOTP).failing(reason)).collect();
    vec![
        Walk::new("right at once", vec![right(0, SMS)], &[("sessions sms", 1), ("mfa_sign_ins", 1)]),
        Walk::new("a typo", vec![wrong(0, SMS), right(9, SMS)], &[("sessions sms", 1), ("mfa_sign_ins", 1)]),
        Walk::new("wrong", vec![wrong(0, TOTP)], &[("sessions totp", 1), ("failed totp", 1)]),
        Walk::new("each reason alone", reasons, &[("sessions totp", 9), ("failed totp", 9)]),
        Walk::new("right twice", vec![right(0, TOTP), right(5, TOTP)], &[("sessions totp", 2), ("mfa_sign_ins", 2)]),
        Walk::new(
            "wrong after right",
            vec![right(0, SMS), wrong(60, SMS), wrong(70, SMS)],
            &[("sessions sms", 2), ("failed sms", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "another factor at last",
            vec![wrong(0, SMS), wrong(40, SMS), right(90, TOTP)],
            &[("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "another factor in vain",
            vec![wrong(0, TOTP), wrong(40, SMS)],
            &[("sessions sms", 1), ("failed sms", 1)],
        ),
        Walk::new(
            "a right answer that only leads on to the device",
            vec![
                wrong(0, TOTP),
                answer(5, TOTP, Reply::Challenge("DEVICE_SRP_AUTH")),
                answer(7, "DEVICE_SRP_AUTH", Reply::Challenge("DEVICE_PASSWORD_VERIFIER")),
                answer(8, "DEVICE_PASSWORD_VERIFIER", Reply::Tokens),
            ],
            &[("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "what is no second factor lies between",
            vec![
                wrong(0, SMS),
                wrong(5, "SMS_OTP"),
                wrong(9, "CUSTOM_CHALLENGE"),
                wrong(12, "MFA_SETUP"),
                wrong(20, SMS),
            ],
            &[("sessions sms", 1), ("failed sms", 1)],
        ),
        Walk::new(
            "what is no second factor holds nothing together",
            vec![wrong(0, SMS), wrong(500, "SMS_OTP"), wrong(1_000, SMS)],
            &[("sessions sms", 2), ("failed sms", 2)],
        ),
    ]
}

fn chains() -> Vec<Walk> {
    let long = |pause: i64, count: i64| (0..count).map(move |number| wrong(number * pause, SMS));
    vec![
        Walk::new(
            "a long way to success",
            long(850, 5).chain([right(4_100, SMS)]).collect(),
            &[("sessions sms", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new("a long way to nothing", long(600, 6).collect(), &[("sessions sms", 1), ("failed sms", 1)]),
        Walk::new("just together", long(MINUTES_15, 2).collect(), &[("sessions sms", 1), ("failed sms", 1)]),
        Walk::new("just apart", long(MINUTES_15 + 1, 2).collect(), &[("sessions sms", 2), ("failed sms", 2)]),
        Walk::new(
            "a second below",
            vec![wrong(0, TOTP), right(MINUTES_15 - 1, TOTP)],
            &[("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "right in the last second",
            vec![wrong(0, TOTP), right(MINUTES_15, TOTP)],
            &[("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "right a second too late",
            vec![wrong(0, TOTP), right(MINUTES_15 + 1, TOTP)],
            &[("sessions totp", 2), ("failed totp", 1), ("mfa_sign_ins", 1)],
        ),
    ]
}

fn undetermined() -> Vec<Walk> {
    vec![
        Walk::new("nothing determined", vec![throttled(0, SMS), throttled(5, SMS)], &[]),
        Walk::new(
            "undetermined first",
            vec![throttled(0, SMS), wrong(5, SMS)],
            &[("sessions sms", 1), ("failed sms", 1)],
        ),
        Walk::new("undetermined last", vec![wrong(0, SMS), throttled(5, SMS)], &[]),
        Walk::new(
            "undetermined in the middle",
            vec![wrong(0, TOTP), throttled(5, SMS), wrong(9, TOTP)],
            &[("sessions totp", 1), ("failed totp", 1)],
        ),
        Walk::new(
            "undetermined, then right",
            vec![throttled(0, TOTP), right(5, TOTP)],
            &[("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "held together by the undetermined",
            vec![wrong(0, SMS), throttled(800, SMS), right(1_600, SMS)],
            &[("sessions sms", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "undetermined too late",
            vec![wrong(0, SMS), throttled(MINUTES_15 + 1, SMS)],
            &[("sessions sms", 1), ("failed sms", 1)],
        ),
        Walk::new(
            "undetermined after success",
            vec![right(0, SMS), throttled(5, SMS)],
            &[("sessions sms", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "the undetermined names the factor of nothing",
            vec![wrong(0, TOTP), throttled(5, SMS), right(9, TOTP)],
            &[("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
    ]
}

fn pages() -> Vec<Walk> {
    vec![
        Walk::new("a page tells nothing", vec![page(0, "mfa_totp_POST"), page(9, "Mfa_POST")], &[]),
        Walk::new(
            "a page names its error",
            vec![page_wrong(0, "Mfa_POST")],
            &[("sessions unknown", 1), ("failed unknown", 1)],
        ),
        Walk::new(
            "a typo in a page that then moves on",
            vec![page_wrong(0, "mfa_totp_POST"), page(9, "mfa_totp_POST")],
            &[],
        ),
        Walk::new(
            "a page refused twice",
            vec![page_wrong(0, "mfa_phone_verify_POST"), page_wrong(9, "mfa_phone_verify_POST")],
            &[("sessions sms", 1), ("failed sms", 1)],
        ),
        Walk::new(
            "a page, then the API",
            vec![page_wrong(0, "mfa_totp_POST"), page(9, "Mfa_POST"), right(60, TOTP)],
            &[("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "the API, then a page of another factor",
            vec![wrong(0, SMS), page_wrong(60, "Mfa_POST")],
            &[("sessions unknown", 1), ("failed unknown", 1)],
        ),
        Walk::new(
            "a page that names no client",
            vec![wrong(0, TOTP), page_wrong(5, "mfa_totp_POST").without_client(), right(9, TOTP)],
            &[("sessions totp", 2), ("failed totp", 1), ("mfa_sign_ins", 1)],
        ),
    ]
}

fn identities() -> Vec<Walk> {
    let by_admin = |beat: Beat| match beat.deed {
        Deed::Respond { challenge, reply, .. } => {
            Beat { deed: Deed::Respond { admin: true, challenge, reply }, ..beat }
        }
        _ => beat,
    };
    vec![
        Walk::new(
            "nobody's answer",
            vec![wrong(0, SMS).without_sub(), right(9, SMS).without_sub()],
            &[("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "one answer without its user",
            vec![wrong(0, SMS), right(5, SMS).without_sub(), wrong(9, SMS)],
            &[("sessions sms", 1), ("failed sms", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "the missing answer held two together",
            vec![wrong(0, SMS), wrong(800, SMS).without_sub(), right(1_600, SMS)],
            &[("sessions sms", 2), ("failed sms", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "two clients at once",
            vec![wrong(0, SMS), wrong(3, SMS).elsewhere(), wrong(6, SMS), right(9, SMS), wrong(12, SMS).elsewhere()],
            &[("sessions sms", 2), ("failed sms", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "two clients, two successes",
            vec![wrong(0, TOTP), wrong(0, SMS).elsewhere(), right(9, SMS).elsewhere(), right(9, TOTP)],
            &[("sessions sms", 1), ("sessions totp", 1), ("mfa_sign_ins", 2)],
        ),
        Walk::new(
            "an administrator answers on",
            vec![wrong(0, TOTP), by_admin(right(9, TOTP))],
            &[("sessions totp", 1), ("mfa_sign_ins", 1)],
        ),
    ]
}

fn hours() -> Vec<Walk> {
    vec![
        Walk::new(
            "over the hour",
            vec![wrong(0, SMS), wrong(20, SMS), right(50, SMS)],
            &[("sessions sms", 1), ("mfa_sign_ins", 1)],
        )
        .starting(BeforeHour(30)),
        Walk::new("over midnight", vec![wrong(0, TOTP), right(50, TOTP)], &[("sessions totp", 1), ("mfa_sign_ins", 1)])
            .starting(BeforeMidnight(25)),
        Walk::new(
            "in vain over midnight",
            vec![wrong(0, SMS), wrong(700, SMS), wrong(1_400, SMS)],
            &[("sessions sms", 1), ("failed sms", 1)],
        )
        .starting(BeforeMidnight(650)),
        Walk::new("apart by midnight", vec![wrong(0, SMS), wrong(901, SMS)], &[("sessions sms", 2), ("failed sms", 2)])
            .starting(BeforeMidnight(450)),
        Walk::new(
            "the last second of an hour",
            vec![wrong(0, TOTP), right(1, TOTP)],
            &[("sessions totp", 1), ("mfa_sign_ins", 1)],
        )
        .starting(BeforeHour(1)),
    ]
}
