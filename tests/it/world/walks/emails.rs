//! Codes by e-mail, which are a second factor only right after a password.

use super::Start::{BeforeHour, BeforeMidnight};
use super::{Beat, EMAIL, SMS, Walk, answer, asked, initiate, right, wrong};
use crate::world::event::Reply;
use crate::world::failures::WRONG_PASSWORD;

const BY_EMAIL: Reply = Reply::Challenge(EMAIL);
const CHOICE: Reply = Reply::Challenge("SELECT_CHALLENGE");

pub fn walks() -> Vec<Walk> {
    [second(), first(), hours()].into_iter().flatten().collect()
}

fn second() -> Vec<Walk> {
    vec![
        Walk::new(
            "a code after a password",
            vec![asked(0, EMAIL), wrong(9, EMAIL), right(20, EMAIL)],
            &[("issued email", 1), ("sessions email", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "a code after a chosen password",
            vec![
                initiate(0, "USER_AUTH", CHOICE),
                answer(4, "SELECT_CHALLENGE", Reply::Challenge("PASSWORD_SRP")),
                answer(9, "PASSWORD_SRP", BY_EMAIL),
                wrong(20, EMAIL),
            ],
            &[("issued email", 1), ("sessions email", 1), ("failed email", 1)],
        ),
        Walk::new(
            "a first code, then a password and a second code",
            vec![initiate(0, "USER_AUTH", BY_EMAIL), asked(30, EMAIL), right(40, EMAIL)],
            &[("issued email", 1), ("sessions email", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "fresh tokens between password and code",
            vec![asked(0, EMAIL), initiate(5, "REFRESH_TOKEN_AUTH", Reply::Tokens), right(9, EMAIL)],
            &[("issued email", 1), ("sessions email", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "a password as old as may be",
            vec![asked(0, EMAIL).elsewhere(), right(900, EMAIL).elsewhere()],
            &[("issued email", 1), ("abandoned email", 1), ("sessions email", 1), ("mfa_sign_ins", 1)],
        ),
    ]
}

fn first() -> Vec<Walk> {
    let refused = Beat { failure: Some(WRONG_PASSWORD), ..initiate(0, "USER_PASSWORD_AUTH", Reply::Nothing) };
    vec![
        Walk::new("no password", vec![initiate(0, "USER_AUTH", BY_EMAIL), wrong(9, EMAIL), right(20, EMAIL)], &[]),
        Walk::new("no context", vec![wrong(0, EMAIL), right(9, EMAIL)], &[]),
        Walk::new(
            "a password too old",
            vec![asked(0, EMAIL), right(901, EMAIL)],
            &[("issued email", 1), ("abandoned email", 1)],
        ),
        Walk::new("a wrong password", vec![refused, wrong(9, EMAIL)], &[]),
        Walk::new(
            "the password of another client",
            vec![asked(0, "SELECT_MFA_TYPE"), wrong(5, EMAIL).elsewhere(), right(9, EMAIL).elsewhere()],
            &[],
        ),
        Walk::new(
            "a choice after the password",
            vec![asked(0, "SELECT_CHALLENGE"), answer(4, "SELECT_CHALLENGE", BY_EMAIL), right(9, EMAIL)],
            &[],
        ),
        Walk::new(
            "a first code in the middle of a session",
            vec![wrong(0, SMS), initiate(100, "USER_AUTH", BY_EMAIL), wrong(150, EMAIL), right(300, SMS)],
            &[("sessions sms", 1), ("mfa_sign_ins", 1)],
        ),
        Walk::new(
            "a first code holds nothing together",
            vec![wrong(0, SMS), initiate(500, "USER_AUTH", BY_EMAIL), wrong(510, EMAIL), wrong(1_000, SMS)],
            &[("sessions sms", 2), ("failed sms", 2)],
        ),
        // In a pool where a passkey is a second factor this counts.
        Walk::new(
            "a passkey",
            vec![
                initiate(0, "USER_AUTH", Reply::Challenge("WEB_AUTHN")),
                wrong(5, "WEB_AUTHN"),
                right(9, "WEB_AUTHN"),
                initiate(2_000, "USER_AUTH", Reply::Challenge("WEB_AUTHN")),
            ],
            &[],
        ),
    ]
}

/// The step that tells what the code is, the code, and the sign-in are each in an hour of their own.
fn hours() -> Vec<Walk> {
    let by_password = |then: &[Beat]| {
        let mut beats = vec![
            initiate(0, "USER_SRP_AUTH", Reply::Challenge("PASSWORD_VERIFIER")),
            answer(2, "PASSWORD_VERIFIER", BY_EMAIL),
        ];
        beats.extend_from_slice(then);
        beats
    };
    let again = |at| initiate(at, "CUSTOM_AUTH", Reply::Tokens);
    let passkey = |at| answer(at, "WEB_AUTHN", Reply::Tokens);
    vec![
        Walk::new(
            "a code over the hour",
            by_password(&[right(70, EMAIL), again(600)]),
            &[("issued email", 1), ("sessions email", 1), ("mfa_sign_ins", 2)],
        )
        .starting(BeforeHour(10)),
        Walk::new(
            "a code over midnight",
            by_password(&[wrong(30, EMAIL), right(70, EMAIL)]),
            &[("issued email", 1), ("sessions email", 1), ("mfa_sign_ins", 1)],
        )
        .starting(BeforeMidnight(50)),
        Walk::new(
            "a sign-in of the next hour",
            by_password(&[right(700, EMAIL), again(1_599)]),
            &[("issued email", 1), ("abandoned email", 1), ("sessions email", 1), ("mfa_sign_ins", 2)],
        )
        .starting(BeforeHour(800)),
        Walk::new(
            "a sign-in too late",
            by_password(&[right(700, EMAIL), again(1_601)]),
            &[("issued email", 1), ("abandoned email", 1), ("sessions email", 1), ("mfa_sign_ins", 1)],
        )
        .starting(BeforeHour(800)),
        Walk::new(
            "a choice, then a code over the hour",
            vec![initiate(0, "USER_AUTH", CHOICE), answer(5, "SELECT_CHALLENGE", BY_EMAIL), right(40, EMAIL)],
            &[],
        )
        .starting(BeforeHour(20)),
        Walk::new("a passkey over the hour", vec![initiate(0, "USER_AUTH", CHOICE), passkey(40), again(500)], &[])
            .starting(BeforeHour(20)),
    ]
}
