//! What a statement is, and what is known of it before it is carried out.

use std::sync::OnceLock;

use pgwire::api::Type;

use super::cell::Column;
use super::command::Command;
use super::error::Failure;
use super::statement::Statement;
use crate::query::marts;

/// What a statement is.
pub(super) enum Plan {
    Empty,
    Command(Command),
    Catalogue,
    Marts,
}

impl Plan {
    fn of(statement: &Statement) -> Result<Self, Failure> {
        let is_mart = |name: &str| marts().iter().any(|mart| mart.name == name);
        Ok(if statement.tokens.is_empty() {
            Self::Empty
        } else if let Some(command) = Command::of(statement)? {
            Self::Command(command)
        } else if statement.is_of_catalogue(is_mart) {
            Self::Catalogue
        } else {
            Self::Marts
        })
    }
}

/// A prepared statement.
pub(super) struct Prepared {
    pub(super) statement: Statement,
    pub(super) plan: Plan,
    /// Of its parameters.
    pub(super) types: Vec<Type>,
    /// Once somebody has asked.
    pub(super) columns: OnceLock<Vec<Column>>,
}

impl Prepared {
    /// `oids` are the types of parameters as the client announces them; zero for any.
    pub(super) fn of(statement: Statement, oids: &[u32]) -> Result<Self, Failure> {
        let kind = |place: usize| match oids.get(place).copied().unwrap_or(0) {
            0 => statement.parameter_type(place + 1).unwrap_or(Type::TEXT),
            oid => Type::from_oid(oid).unwrap_or(Type::TEXT),
        };
        let types = (0..statement.parameters().max(oids.len())).map(kind).collect();
        Ok(Self { plan: Plan::of(&statement)?, types, columns: OnceLock::new(), statement })
    }

    /// Whether it is allowed where a transaction has failed.
    pub(super) fn ends_transaction(&self) -> bool {
        use Command::{Commit, Rollback, RollbackTo};
        matches!(self.plan, Plan::Empty | Plan::Command(Commit | Rollback | RollbackTo))
    }

    /// Whether its answer has columns of its own.
    pub(super) fn makes_rows(&self) -> bool {
        matches!(self.plan, Plan::Catalogue | Plan::Marts | Plan::Command(Command::Show(_)))
    }
}
