//! Questions about PostgreSQL's catalogue, in the words of the engine that answers them.
//!
//! What is not on the lists here is refused: tables of the catalogue, functions that tell of it, and a few that
//! work with what they tell.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName, Query, SetExpr, Statement, TableAlias,
    TableFactor, Value, ValueWithSpan, VisitMut, VisitorMut,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::{Parser, ParserOptions};

use super::error::Failure;
use super::expression::{cast, column, display, named, null, one_row, operation, parts, text, zero};
use super::settings::{Settings, VERSION};

/// Who asks, for what is told about that.
#[derive(Clone, Debug)]
pub(super) struct Who {
    pub(super) user: String,
    pub(super) database: String,
    pub(super) pid: i32,
    pub(super) settings: Settings,
}

/// Where tables and functions of the catalogue are kept.
pub(super) struct Names {
    tables: HashMap<String, String>,
    functions: HashMap<String, String>,
}

impl Names {
    /// From `schema.name`.
    pub(super) fn of(tables: Vec<String>, functions: Vec<String>) -> Self {
        let split = |names: Vec<String>| {
            let pair = |name: &String| name.split_once('.').map(|(schema, name)| (name.to_owned(), schema.to_owned()));
            names.iter().filter_map(pair).collect()
        };
        Self { tables: split(tables), functions: split(functions) }
    }
}

/// Functions of the engine that mean the same there.
const FUNCTIONS: &str = "\
    abs any_value array array_agg array_length array_position array_to_string avg bool_and bool_or btrim \
    cardinality ceil char_length coalesce concat concat_ws count current_date current_timestamp date_trunc \
    dense_rank floor generate_series generate_subscripts greatest json_group_array json_object least left length \
    lower ltrim max md5 min mod now nullif position rank regexp_matches regexp_replace replace right round \
    row_number rtrim split_part starts_with string_agg string_to_array strpos substr substring sum trim unnest \
    upper";

/// Functions of the engine that make rows.
const TABLE_FUNCTIONS: &[&str] = &["generate_series", "unnest"];

/// Columns that every table of PostgreSQL has beside those that it shows.
const SYSTEM_COLUMNS: &[&str] = &["cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"];

/// The question as the engine understands it.
pub(super) fn rewrite(sql: &str, who: &Who, names: &Names) -> Result<String, Failure> {
    // Literals stay as they are written: one that is read and written again may end somewhere else.
    let options = ParserOptions::new().with_unescape(false);
    let parser = Parser::new(&PostgreSqlDialect {}).with_recursion_limit(200).with_options(options);
    let parsed = parser.try_with_sql(sql).and_then(|mut parser| parser.parse_statements());
    let mut statements = parsed.map_err(|error| Failure::new("42601", format!("this is not understood: {error}")))?;
    let [statement @ Statement::Query(_)] = statements.as_mut_slice() else {
        return Err(Failure::new("42501", "only a SELECT may be asked of the catalogue"));
    };
    let mut rewriting = Rewriting { who, names, ctes: HashSet::new(), is_call: false };
    match statement.visit(&mut rewriting) {
        ControlFlow::Break(failure) => Err(failure),
        ControlFlow::Continue(()) => Ok(statement.to_string()),
    }
}

struct Rewriting<'a> {
    who: &'a Who,
    names: &'a Names,
    /// Names that the question itself gives.
    ctes: HashSet<String>,
    /// The next relation is a function that was looked at.
    is_call: bool,
}

impl VisitorMut for Rewriting<'_> {
    type Break = Failure;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Failure> {
        if let Some(with) = &query.with {
            self.ctes.extend(with.cte_tables.iter().map(|cte| cte.alias.name.value.to_lowercase()));
        }
        query.locks.clear();
        let is_known = match query.body.as_ref() {
            SetExpr::Select(select) => select.into.is_none(),
            SetExpr::Query(_) | SetExpr::SetOperation { .. } | SetExpr::Values(_) => true,
            _ => false,
        };
        if is_known { ControlFlow::Continue(()) } else { refused("42501", "only a SELECT may be asked".into()) }
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Failure> {
        match factor {
            TableFactor::Table { name, args: Some(arguments), alias, with_ordinality, .. } => {
                if parts(name).1 == "string_to_array" {
                    // A function of one value is a table of one row.
                    let subquery = Box::new(one_row(&format!("string_to_array({})", display(&arguments.args)))?);
                    let alias = alias.take().map(|alias| TableAlias { columns: vec![column(&alias.name)], ..alias });
                    *factor = TableFactor::Derived { lateral: true, subquery, alias, sample: None };
                    return ControlFlow::Continue(());
                }
                // The name of such a table is that of its column, too.
                if let Some(alias) = alias.as_mut().filter(|alias| alias.columns.is_empty() && !*with_ordinality) {
                    alias.columns.push(column(&alias.name));
                }
                self.is_call = true;
                self.table_function(name)
            }
            TableFactor::Function { name, .. } => self.table_function(name),
            TableFactor::Table { .. }
            | TableFactor::Derived { .. }
            | TableFactor::UNNEST { .. }
            | TableFactor::NestedJoin { .. } => ControlFlow::Continue(()),
            _ => refused("0A000", "this kind of table is not offered for the catalogue".into()),
        }
    }

    fn pre_visit_relation(&mut self, relation: &mut ObjectName) -> ControlFlow<Failure> {
        if std::mem::take(&mut self.is_call) {
            return ControlFlow::Continue(());
        }
        let (schema, name) = parts(relation);
        if schema.is_empty() && self.ctes.contains(&name) {
            return ControlFlow::Continue(());
        }
        let home = self.names.tables.get(&name).filter(|home| match schema.as_str() {
            "information_schema" => *home == "info",
            "" | "pg_catalog" => *home == "pg",
            _ => false,
        });
        let Some(home) = home else { return refused("42P01", format!("relation \"{relation}\" does not exist")) };
        *relation = named(&[home, &name]);
        ControlFlow::Continue(())
    }

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<Failure> {
        match &value.value {
            // Its escapes are read already.
            Value::EscapedStringLiteral(read) => value.value = Value::SingleQuotedString(read.replace('\'', "''")),
            Value::SingleQuotedString(_)
            | Value::DollarQuotedString(_)
            | Value::Number(..)
            | Value::Boolean(_)
            | Value::Null
            | Value::Placeholder(_) => {}
            _ => return refused("0A000", "this kind of literal is not offered for the catalogue".into()),
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Failure> {
        let made = match expr {
            Expr::Function(function) => match self.told(function) {
                Some(told) => told,
                None => return self.function(&mut function.name),
            },
            Expr::Identifier(name) if name.quote_style.is_none() => match name.value.to_lowercase().as_str() {
                "current_schema" => text("public"),
                "current_catalog" => text(&self.who.database),
                "current_user" | "current_role" | "session_user" | "user" => text(&self.who.user),
                name if SYSTEM_COLUMNS.contains(&name) => zero(),
                _ => return ControlFlow::Continue(()),
            },
            Expr::CompoundIdentifier(path) => {
                if path.last().is_some_and(|name| SYSTEM_COLUMNS.contains(&name.value.as_str())) {
                    zero()
                } else {
                    // A table is known by its name alone.
                    if path.len() == 3 {
                        path.remove(0);
                    }
                    return ControlFlow::Continue(());
                }
            }
            _ => return ControlFlow::Continue(()),
        };
        *expr = made;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Failure> {
        let taken = std::mem::replace(expr, zero());
        *expr = match taken {
            Expr::Collate { expr, .. } => *expr,
            Expr::BinaryOp { left, op, right } => operation(*left, op, *right),
            Expr::Cast { kind, expr, data_type, .. } => cast(kind, *expr, data_type),
            other => other,
        };
        ControlFlow::Continue(())
    }
}

impl Rewriting<'_> {
    fn table_function(&self, name: &mut ObjectName) -> ControlFlow<Failure> {
        let (_, function) = parts(name);
        if let Some(home) = self.names.functions.get(&function) {
            *name = named(&[home, &function]);
            return ControlFlow::Continue(());
        }
        if TABLE_FUNCTIONS.contains(&function.as_str()) {
            *name = named(&[&function]);
            return ControlFlow::Continue(());
        }
        refused("42883", format!("the table function {function} is not offered for the catalogue"))
    }

    fn function(&self, name: &mut ObjectName) -> ControlFlow<Failure> {
        let (schema, function) = parts(name);
        if !matches!(schema.as_str(), "" | "pg_catalog" | "information_schema") {
            return refused("42883", format!("function {name} does not exist"));
        }
        let function = match function.as_str() {
            "json_build_object" | "jsonb_build_object" => "json_object".to_owned(),
            "json_agg" | "jsonb_agg" => "json_group_array".to_owned(),
            _ => function,
        };
        *name = match self.names.functions.get(&function) {
            Some(home) => named(&[home, &function]),
            None if FUNCTIONS.split(' ').any(|known| known == function) => named(&[&function]),
            None => return refused("42883", format!("the function {function} is not offered for the catalogue")),
        };
        ControlFlow::Continue(())
    }

    /// What a function tells of the session.
    fn told(&self, function: &Function) -> Option<Expr> {
        let (_, name) = parts(&function.name);
        let argument = |place: usize| match &function.args {
            FunctionArguments::List(list) => match list.args.get(place) {
                Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))) => Some(argument),
                _ => None,
            },
            _ => None,
        };
        let literal = |place: usize| match argument(place) {
            Some(Expr::Value(value)) => value.value.clone().into_string(),
            _ => None,
        };
        Some(match name.as_str() {
            "version" => text(VERSION),
            "current_database" | "current_catalog" => text(&self.who.database),
            "current_schema" => text("public"),
            "current_user" | "current_role" | "session_user" | "user" => text(&self.who.user),
            "pg_backend_pid" => Expr::value(Value::Number(self.who.pid.to_string(), false)),
            "current_setting" => self.who.settings.get(&literal(0)?).map_or_else(null, |value| text(&value)),
            // Nothing changes by it.
            "set_config" => argument(1)?.clone(),
            _ => return None,
        })
    }
}

fn refused(code: &'static str, message: String) -> ControlFlow<Failure> {
    ControlFlow::Break(Failure::new(code, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(sql: &str) -> Result<String, String> {
        let who = Who { user: "ana".into(), database: "mfascope".into(), pid: 7, settings: Settings::default() };
        let names = Names::of(
            vec!["pg.pg_class".into(), "info.tables".into()],
            vec!["pg.to_regclass".into(), "pg.pg_get_userbyid".into()],
        );
        rewrite(sql, &who, &names).map_err(|failure| failure.code.to_owned())
    }

    #[test]
    fn what_clients_write_is_put_into_the_engines_words() {
        for (sql, wanted) in [
            ("select relname from pg_catalog.pg_class c", "SELECT relname FROM pg.pg_class c"),
            ("select 1 from information_schema.tables", "SELECT 1 FROM info.tables"),
            ("select a operator(pg_catalog.~) '^(x)$' collate pg_catalog.default", "SELECT regexp_matches(a, '^(x)$')"),
            ("select a !~* 'x'", "SELECT NOT regexp_matches(a, 'x', 'i')"),
            ("select 'pg_class'::regclass::oid", "SELECT TRY_CAST(pg.to_regclass('pg_class') AS uinteger)"),
            ("select pg_catalog.pg_get_userbyid(1)", "SELECT pg.pg_get_userbyid(1)"),
            ("select 'r'::\"char\", '{a,b}'::text[]", "SELECT 'r'::varchar, '[a,b]'::TEXT[]"),
            ("select current_user, current_database()", "SELECT 'ana', 'mfascope'"),
            ("select current_setting('timezone'), c.xmin", "SELECT 'UTC', 0"),
        ] {
            assert_eq!(rewritten(sql).as_deref(), Ok(wanted), "{sql}");
        }
    }

    #[test]
    fn literals_end_where_they_ended() {
        for (sql, wanted) in [
            (r"select '\'''', upper(''x'')'", r"SELECT '\'''', upper(''x'')'"),
            (r"select E'\'', E'\\', E'it''s'", r"SELECT '''', '\', 'it''s'"),
            (r#"select 1 as "a""\""#, r#"SELECT 1 AS "a""\""#),
        ] {
            assert_eq!(rewritten(sql).as_deref(), Ok(wanted), "{sql}");
        }
    }

    #[test]
    fn what_is_not_on_the_lists_is_refused() {
        for (sql, code) in [
            ("select * from users", "42P01"),
            ("select * from pg.pg_class", "42P01"),
            ("select * from 'file.csv'", "42P01"),
            ("select * from (select * from duckdb_settings())", "42883"),
            ("select repeat('x', 9) from pg_class", "42883"),
            ("select 1 in (select read_text('x'))", "42883"),
            ("select * into x from pg_class", "42501"),
            ("insert into pg_class select 1", "42501"),
            ("select 1; select 2", "42501"),
            ("select U&'x'", "0A000"),
        ] {
            assert_eq!(rewritten(sql).expect_err(sql), code, "{sql}");
        }
    }
}
