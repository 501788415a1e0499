//! What users' records say together → counts, and the rows behind them.

use chrono::NaiveDateTime;
use duckdb::{Connection, named_params};
use uuid::Uuid;

use super::columns::{Column, append, append_temporary, flags, instants_us, integers, texts, uuids};
use super::counts;
use super::writer::{Step, run};
use crate::model::journey::{ChallengeSession, CodeRequest, Count, EmailProof, Told};

/// Stores what is told; `from` and `to` are the oldest and newest event that came.
pub(super) fn store(connection: &Connection, told: Told<'_>, from: NaiveDateTime, to: NaiveDateTime) -> Step {
    run(connection, "staging/moved_table", &[])?;
    land(connection, "moved", told.counts.into_changes(), count_columns)?;
    let codes = told.code_requests.into_changes();
    if !codes.is_empty() {
        let range = named_params! {"from": from, "to": to};
        let has_gone = codes.iter().any(|(_, change)| *change < 0);
        land(connection, "told_code", codes, code_columns)?;
        run(connection, "staging/code_change", &[])?;
        if has_gone {
            run(connection, "staging/code_gone", range)?;
            run(connection, "staging/drop_code_request", range)?;
        }
        run(connection, "staging/code_move", &[])?;
        run(connection, "staging/store_code_request", &[])?;
    }
    counts::apply(connection)?;
    store_sessions(connection, told.sessions.into_changes())?;
    let proofs = told.email_proofs.into_changes();
    if !proofs.is_empty() {
        land(connection, "email_change", proofs, proof_columns)?;
        run(connection, "staging/drop_email_proof", &[])?;
        run(connection, "staging/store_email_proof", &[])?;
    }
    Ok(())
}

fn store_sessions(connection: &Connection, changes: Vec<(ChallengeSession<'_>, i64)>) -> Step {
    let (gone, come): (Vec<_>, Vec<_>) = changes.into_iter().partition(|(_, change)| *change < 0);
    if !gone.is_empty() {
        let gone: Vec<ChallengeSession<'_>> = gone.into_iter().map(|(session, _)| session).collect();
        append_temporary(connection, "gone_session", identity_columns(&gone))?;
        run(connection, "staging/drop_failed_session", &[])?;
        run(connection, "staging/drop_passed_session", &[])?;
    }
    let come = come.into_iter().flat_map(|(session, change)| (0..change).map(move |_| session));
    let (failed, passed): (Vec<_>, Vec<_>) = come.partition(|session| session.is_failed);
    let reasons = texts(failed.iter().map(|session| session.reason.map(|reason| reason.as_str())));
    append(connection, "failed_session", session_columns(&failed).into_iter().chain([("reason", reasons)]).collect())?;
    append(connection, "passed_session", session_columns(&passed))
}

/// Makes the temporary tables.
pub(super) fn lay_out(connection: &Connection) -> Step {
    for table in ["moved_table", "told_code_table", "gone_session_table", "email_change_table"] {
        run(connection, &format!("staging/{table}"), &[])?;
    }
    run(connection, "staging/code_change", &[])
}

fn land<T>(
    connection: &Connection,
    table: &str,
    changes: Vec<(T, i64)>,
    columns: impl FnOnce(&[(T, i64)]) -> Vec<Column>,
) -> Step {
    let mut columns = columns(&changes);
    columns.push(("change", integers(changes.iter().map(|(_, change)| Some(*change)))));
    append_temporary(connection, table, columns)
}

fn count_columns(changes: &[(Count<'_>, i64)]) -> Vec<Column> {
    let rows = || changes.iter().map(|(count, _)| count);
    vec![
        ("hour", instants_us(rows().map(|count| Some(count.hour_us)))),
        ("series", texts(rows().map(|count| Some(count.series)))),
        ("aws_region", texts(rows().map(|count| Some(count.aws_region)))),
        ("pool_id", texts(rows().map(|count| Some(count.pool_id)))),
        ("client_id", texts(rows().map(|count| Some(count.client_id)))),
        ("agent", texts(rows().map(|count| Some(count.agent)))),
        ("country", texts(rows().map(|_| Some("")))),
        ("factor", texts(rows().map(|count| Some(count.factor)))),
        ("reason", texts(rows().map(|count| Some(count.reason)))),
        ("kind", texts(rows().map(|count| Some(count.kind)))),
        ("via", texts(rows().map(|count| Some(count.via)))),
    ]
}

fn code_columns(changes: &[(CodeRequest<'_>, i64)]) -> Vec<Column> {
    let rows = || changes.iter().map(|(request, _)| request);
    vec![
        ("requested_at", instants_us(rows().map(|request| Some(request.at_us)))),
        ("aws_region", texts(rows().map(|request| Some(request.aws_region)))),
        ("pool_id", texts(rows().map(|request| Some(request.pool_id)))),
        ("sub", uuids(rows().map(|request| request.sub.map(Uuid::from_u128)))),
        ("purpose", texts(rows().map(|request| Some(request.purpose.as_str())))),
        ("via", texts(rows().map(|request| Some(if request.is_api { "api" } else { "ui" })))),
        ("is_resend", flags(rows().map(|request| Some(request.is_resend)))),
        ("is_converted", flags(rows().map(|request| Some(request.is_converted)))),
    ]
}

/// What tells a session from the others.
fn identity_columns(sessions: &[ChallengeSession<'_>]) -> Vec<Column> {
    let rows = || sessions.iter();
    vec![
        ("aws_region", texts(rows().map(|session| Some(session.aws_region)))),
        ("pool_id", texts(rows().map(|session| Some(session.pool_id)))),
        ("client_id", texts(rows().map(|session| session.client_id))),
        ("sub", uuids(rows().map(|session| Some(Uuid::from_u128(session.sub))))),
        ("ended_at", instants_us(rows().map(|session| Some(session.ended_us)))),
    ]
}

fn session_columns(sessions: &[ChallengeSession<'_>]) -> Vec<Column> {
    let rows = || sessions.iter();
    let mut columns = identity_columns(sessions);
    columns.push(("started_at", instants_us(rows().map(|session| Some(session.started_us)))));
    columns.push(("factor", texts(rows().map(|session| Some(session.factor.as_str())))));
    columns.push(("answers", integers(rows().map(|session| Some(session.answers)))));
    columns
}

fn proof_columns(changes: &[(EmailProof<'_>, i64)]) -> Vec<Column> {
    let rows = || changes.iter().map(|(proof, _)| proof);
    vec![
        ("pool_id", texts(rows().map(|proof| Some(proof.pool_id)))),
        ("sub", uuids(rows().map(|proof| Some(Uuid::from_u128(proof.sub))))),
        ("proven_at", instants_us(rows().map(|proof| Some(proof.at_us)))),
    ]
}
