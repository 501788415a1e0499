//! Expressions of PostgreSQL's catalogue in the engine's words: operators, casts, names.

use std::ops::ControlFlow;

use sqlparser::ast::{
    ArrayElemTypeDef, BinaryOperator, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, ObjectName, ObjectNamePart, Query, TableAliasColumnDef,
    UnaryOperator, Value,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::{Parser, ParserOptions};

use super::error::Failure;

/// Schema and name, in lower case.
pub(super) fn parts(name: &ObjectName) -> (String, String) {
    let mut parts: Vec<String> = name
        .0
        .iter()
        .map(|part| part.as_ident().map_or_else(|| part.to_string(), |ident| ident.value.clone()).to_lowercase())
        .collect();
    let last = parts.pop().unwrap_or_default();
    (parts.join("."), last)
}

pub(super) fn named(parts: &[&str]) -> ObjectName {
    ObjectName(parts.iter().map(|part| ObjectNamePart::Identifier(Ident::new(*part))).collect())
}

pub(super) fn operation(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    let op = match op {
        // Spelled with its schema.
        BinaryOperator::PGCustomBinaryOperator(path) => match path.last().map(String::as_str) {
            Some("~") => BinaryOperator::PGRegexMatch,
            Some("!~") => BinaryOperator::PGRegexNotMatch,
            Some("~*") => BinaryOperator::PGRegexIMatch,
            Some("!~*") => BinaryOperator::PGRegexNotIMatch,
            Some("~~") => BinaryOperator::PGLikeMatch,
            Some("!~~") => BinaryOperator::PGNotLikeMatch,
            Some("<>") => BinaryOperator::NotEq,
            Some("||") => BinaryOperator::StringConcat,
            _ => BinaryOperator::Eq,
        },
        other => other,
    };
    // The engine's own operator wants the whole text to match.
    let (is_not, is_blind) = match op {
        BinaryOperator::PGRegexMatch => (false, false),
        BinaryOperator::PGRegexNotMatch => (true, false),
        BinaryOperator::PGRegexIMatch => (false, true),
        BinaryOperator::PGRegexNotIMatch => (true, true),
        op => return Expr::BinaryOp { left: left.into(), op, right: right.into() },
    };
    let mut arguments = vec![left, right];
    if is_blind {
        arguments.push(text("i"));
    }
    let matches = call(&["regexp_matches"], arguments);
    if is_not { Expr::UnaryOp { op: UnaryOperator::Not, expr: matches.into() } } else { matches }
}

/// A cast, where the engine has the type or a like one; a look-up, where the type names things.
pub(super) fn cast(kind: CastKind, expr: Expr, data_type: DataType) -> Expr {
    let name = match &data_type {
        DataType::Custom(name, _) => parts(name).1,
        DataType::Regclass => "regclass".to_owned(),
        _ => String::new(),
    };
    match (name.as_str(), is_text(&expr)) {
        ("regclass", true) => call(&["pg", "to_regclass"], vec![expr]),
        ("regclass", false) => call(&["pg", "regclass_name"], vec![expr]),
        ("regtype", true) => call(&["pg", "to_regtype"], vec![expr]),
        ("regtype", false) => call(&["pg", "format_type"], vec![expr, null()]),
        ("regnamespace", true) => call(&["pg", "to_regnamespace"], vec![expr]),
        ("regnamespace", false) => call(&["pg", "regnamespace_name"], vec![expr]),
        ("regrole", false) => call(&["pg", "pg_get_userbyid"], vec![expr]),
        _ => {
            let expr = if matches!(data_type, DataType::Array(_)) { bracketed(expr) } else { expr };
            // The name of something that is not there has no number.
            let kind = if name == "oid" { CastKind::TryCast } else { kind };
            Expr::Cast { kind, expr: expr.into(), data_type: known(data_type), format: None }
        }
    }
}

/// The engine's type for one of PostgreSQL's.
fn known(data_type: DataType) -> DataType {
    let name = match data_type {
        DataType::Custom(name, _) => parts(&name).1,
        DataType::JSONB => return DataType::JSON,
        DataType::Array(ArrayElemTypeDef::SquareBracket(member, length)) => {
            return DataType::Array(ArrayElemTypeDef::SquareBracket(known(*member).into(), length));
        }
        other => return other,
    };
    let own = match name.as_str() {
        "oid" | "xid" | "cid" => "uinteger",
        "int2" => "smallint",
        "int4" | "cardinal_number" => "integer",
        "int8" => "bigint",
        "timestamptz" => "timestamp",
        "bool" | "float4" | "float8" | "numeric" | "date" | "timestamp" | "json" => &name,
        _ => "varchar",
    };
    DataType::Custom(named(&[own]), Vec::new())
}

/// Whether it is a text by its looks.
fn is_text(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => {
            matches!(&value.value, Value::Placeholder(_)) || value.value.clone().into_string().is_some()
        }
        Expr::Nested(expr) => is_text(expr),
        Expr::BinaryOp { op, .. } => *op == BinaryOperator::StringConcat,
        Expr::Function(function) => ["concat", "quote_ident", "format"].contains(&parts(&function.name).1.as_str()),
        Expr::Cast { data_type: DataType::Text | DataType::Varchar(_), .. } => true,
        Expr::Cast { data_type: DataType::Custom(name, _), .. } => parts(name).1 == "varchar",
        _ => false,
    }
}

/// `{a,b}` is `[a,b]` to the engine.
fn bracketed(expr: Expr) -> Expr {
    let list = match &expr {
        Expr::Value(value) => value.value.clone().into_string(),
        _ => None,
    };
    let inner = list.as_deref().and_then(|list| list.strip_prefix('{')?.strip_suffix('}'));
    inner.map_or(expr, |inner| text(&format!("[{inner}]")))
}

/// A table of one row and one column.
pub(super) fn one_row(expr: &str) -> ControlFlow<Failure, Query> {
    let options = ParserOptions::new().with_unescape(false);
    let parser = Parser::new(&PostgreSqlDialect {}).with_options(options).try_with_sql(&format!("select {expr}"));
    match parser.and_then(|mut parser| parser.parse_query()) {
        Ok(query) => ControlFlow::Continue(*query),
        Err(error) => ControlFlow::Break(Failure::new("42601", format!("this is not understood: {error}"))),
    }
}

pub(super) fn display(arguments: &[FunctionArg]) -> String {
    arguments.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

pub(super) fn column(name: &Ident) -> TableAliasColumnDef {
    TableAliasColumnDef { name: name.clone(), data_type: None }
}

pub(super) fn call(name: &[&str], arguments: Vec<Expr>) -> Expr {
    let args = arguments.into_iter().map(|expr| FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))).collect();
    Expr::Function(Function {
        name: named(name),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args, clauses: Vec::new() }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

pub(super) fn text(value: &str) -> Expr {
    Expr::value(Value::SingleQuotedString(value.replace('\'', "''")))
}

pub(super) fn null() -> Expr {
    Expr::value(Value::Null)
}

pub(super) fn zero() -> Expr {
    Expr::value(Value::Number("0".into(), false))
}
