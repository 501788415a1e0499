//! Statements of a text, and what can be told of one by its words alone.
//!
//! The text belongs to no dialect yet: only quotes, comments, parameters and semicolons are understood. What may be
//! asked is not decided here.

use std::ops::Range;

use pgwire::api::Type;

use super::scan::split;

/// Deepest place of a parameter.
pub(super) const MOST_PARAMETERS: usize = 1000;

/// A word of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or a keyword, in lower case.
    Word(String),
    /// A name in quotes.
    Quoted(String),
    /// A text literal: its value.
    Text(String),
    /// `$1`
    Parameter(usize),
    /// A number.
    Number(String),
    /// Anything else.
    Sign(char),
}

impl Token {
    /// A name, with quotes or without.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Word(name) | Self::Quoted(name) => Some(name),
            _ => None,
        }
    }

    /// A name, a literal or a number.
    pub(super) fn value(&self) -> Option<&str> {
        match self {
            Self::Text(value) | Self::Number(value) => Some(value),
            other => other.name(),
        }
    }

    /// The keyword.
    pub(super) fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word == keyword)
    }

    pub(super) fn is_sign(&self, sign: char) -> bool {
        matches!(self, Self::Sign(found) if *found == sign)
    }
}

/// One statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Statement {
    /// As it was written, without its semicolon.
    pub(super) text: String,
    /// Its words and their places.
    pub(super) tokens: Vec<(Token, Range<usize>)>,
}

impl Statement {
    /// The only one of a text; an empty one for an empty text.
    pub(super) fn only(text: &str) -> Option<Self> {
        let mut statements = split(text);
        let first = statements.pop().unwrap_or_default();
        statements.is_empty().then_some(first)
    }

    pub(super) fn token(&self, place: usize) -> Option<&Token> {
        self.tokens.get(place).map(|(token, _)| token)
    }

    /// Whether it begins so.
    pub(super) fn begins(&self, keywords: &[&str]) -> bool {
        keywords.iter().enumerate().all(|(place, word)| self.token(place).is_some_and(|token| token.is(word)))
    }

    /// How many parameters it takes.
    pub(super) fn parameters(&self) -> usize {
        let number = |(token, _): &(Token, _)| if let Token::Parameter(number) = token { Some(*number) } else { None };
        self.tokens.iter().filter_map(number).max().unwrap_or(0)
    }

    /// What a parameter is, where the text says it: by a cast, as a number of rows, or as a list.
    pub(super) fn parameter_type(&self, number: usize) -> Option<Type> {
        let of = |place: usize| {
            let before = place.checked_sub(1).and_then(|place| self.token(place));
            if before.is_some_and(|token| token.is("limit") || token.is("offset")) {
                return Some(Type::INT8);
            }
            let around = place.checked_sub(2).and_then(|place| self.token(place));
            if before.is_some_and(|token| token.is_sign('('))
                && around.is_some_and(|token| token.is("any") || token.is("all") || token.is("unnest"))
                && self.token(place + 1).is_some_and(|token| token.is_sign(')'))
            {
                return Some(Type::TEXT_ARRAY);
            }
            let is_cast = (1..=2).all(|step| self.token(place + step).is_some_and(|token| token.is_sign(':')));
            let name = is_cast.then(|| self.token(place + 3)?.name()).flatten()?;
            let is_list = self.token(place + 4).is_some_and(|token| token.is_sign('['));
            type_of(name, is_list)
        };
        let places = self.tokens.iter().enumerate().filter(|(_, (token, _))| *token == Token::Parameter(number));
        places.map(|(place, _)| place).find_map(of)
    }

    /// Whether it asks for something that every PostgreSQL has, and for none of the marts.
    pub(super) fn is_of_catalogue(&self, is_mart: impl Fn(&str) -> bool) -> bool {
        let at = |place: usize| self.token(place);
        let mut is_catalogue = false;
        for (place, (token, _)) in self.tokens.iter().enumerate() {
            let Some(name) = token.name() else { continue };
            let before = place.checked_sub(1).and_then(at);
            let is_called = at(place + 1).is_some_and(|token| token.is_sign('('));
            let is_of_public = before.is_some_and(|token| token.is_sign('.'))
                && place >= 2
                && at(place - 2).and_then(Token::name) == Some("public");
            let is_read = before.is_some_and(|token| token.is("from") || token.is("join"));
            if is_mart(name) && (is_read || is_of_public) && !is_called {
                return false;
            }
            is_catalogue |= name.starts_with("pg_")
                || name == "information_schema"
                || (name.starts_with("reg") && before.is_some_and(|token| token.is_sign(':')))
                || (matches!(token, Token::Word(_)) && VALUES.contains(&name))
                || (is_called && FUNCTIONS.contains(&name));
        }
        is_catalogue
    }
}

/// Values of the session.
const VALUES: &[&str] = &["current_catalog", "current_role", "current_schema", "current_user", "session_user"];

/// Functions that tell of the server.
const FUNCTIONS: &[&str] = &[
    "col_description",
    "current_database",
    "current_schema",
    "current_schemas",
    "current_setting",
    "format_type",
    "has_database_privilege",
    "has_schema_privilege",
    "has_table_privilege",
    "obj_description",
    "set_config",
    "shobj_description",
    "to_regclass",
    "to_regtype",
    "version",
];

fn type_of(name: &str, is_list: bool) -> Option<Type> {
    let (one, many) = match name {
        "int" | "int4" | "integer" => (Type::INT4, Type::INT4_ARRAY),
        "bigint" | "int8" => (Type::INT8, Type::INT8_ARRAY),
        "smallint" | "int2" => (Type::INT2, Type::INT2_ARRAY),
        "bool" | "boolean" => (Type::BOOL, Type::BOOL_ARRAY),
        "double" | "float8" => (Type::FLOAT8, Type::FLOAT8_ARRAY),
        "float4" | "real" => (Type::FLOAT4, Type::FLOAT4_ARRAY),
        "decimal" | "numeric" => (Type::NUMERIC, Type::NUMERIC_ARRAY),
        "text" => (Type::TEXT, Type::TEXT_ARRAY),
        "varchar" => (Type::VARCHAR, Type::VARCHAR_ARRAY),
        "date" => (Type::DATE, Type::DATE_ARRAY),
        "timestamp" => (Type::TIMESTAMP, Type::TIMESTAMP_ARRAY),
        "timestamptz" => (Type::TIMESTAMPTZ, Type::TIMESTAMPTZ_ARRAY),
        "uuid" => (Type::UUID, Type::UUID_ARRAY),
        "oid" => (Type::OID, Type::OID_ARRAY),
        _ => return None,
    };
    Some(if is_list { many } else { one })
}
