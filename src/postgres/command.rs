//! Statements that are no questions: about the connection, its transaction, its cursors, and files of answers.

use super::copy::Form;
use super::error::Failure;
use super::statement::{Statement, Token};

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    Begin,
    Commit,
    Rollback,
    /// To a savepoint.
    RollbackTo,
    /// Nothing, and say so.
    Nothing(&'static str),
    Set(String, String),
    Reset(String),
    Show(String),
    Discard,
    /// A prepared statement; all of them for none.
    Deallocate(Option<String>),
    /// Name, whether it outlives its transaction, and the question.
    Declare(String, bool, Statement),
    /// So many rows of a cursor; all for none.
    Fetch(String, Option<u64>),
    /// Pass over so many rows of a cursor; all for none.
    Move(String, Option<u64>),
    /// A cursor; all of them for none.
    Close(Option<String>),
    Copy(Statement, Form),
}

impl Command {
    /// The command that a statement is, if it is one.
    pub(super) fn of(statement: &Statement) -> Result<Option<Self>, Failure> {
        let Some(Token::Word(first)) = statement.token(0) else { return Ok(None) };
        Ok(Some(match first.as_str() {
            "begin" | "start" => Self::Begin,
            "commit" | "end" => Self::Commit,
            "rollback" | "abort" => {
                let is_partial = statement.tokens.iter().any(|(token, _)| token.is("to"));
                if is_partial { Self::RollbackTo } else { Self::Rollback }
            }
            "savepoint" => Self::Nothing("SAVEPOINT"),
            "release" => Self::Nothing("RELEASE"),
            "listen" => Self::Nothing("LISTEN"),
            "unlisten" => Self::Nothing("UNLISTEN"),
            "set" => set(statement)?,
            "reset" => Self::Reset(path(statement, 1).ok_or_else(|| syntax("RESET"))?),
            "show" => Self::Show(shown(statement).ok_or_else(|| syntax("SHOW"))?),
            "discard" => Self::Discard,
            "deallocate" => {
                let place = if statement.begins(&["deallocate", "prepare"]) { 2 } else { 1 };
                Self::Deallocate(name_or_all(statement, place).ok_or_else(|| syntax("DEALLOCATE"))?)
            }
            "declare" => declare(statement).ok_or_else(|| syntax("DECLARE"))??,
            "fetch" => fetch(statement).map(|(name, rows)| Self::Fetch(name, rows)).ok_or_else(|| syntax("FETCH"))?,
            "move" => fetch(statement).map(|(name, rows)| Self::Move(name, rows)).ok_or_else(|| syntax("MOVE"))?,
            "close" => Self::Close(name_or_all(statement, 1).ok_or_else(|| syntax("CLOSE"))?),
            "copy" => copy(statement)?,
            _ => return Ok(None),
        }))
    }
}

fn syntax(what: &str) -> Failure {
    Failure::new("42601", format!("this {what} is not understood"))
}

/// A name with dots from a place on.
fn path(statement: &Statement, place: usize) -> Option<String> {
    let mut path = statement.token(place)?.name()?.to_owned();
    let mut next = place + 1;
    while statement.token(next).is_some_and(|token| token.is_sign('.')) {
        path = format!("{path}.{}", statement.token(next + 1)?.name()?);
        next += 2;
    }
    Some(path)
}

fn set(statement: &Statement) -> Result<Command, Failure> {
    let mut place = 1;
    if ["session", "local"].iter().any(|word| statement.token(1).is_some_and(|token| token.is(word))) {
        place = 2;
    }
    let is = |step: usize, word: &str| statement.token(place + step).is_some_and(|token| token.is(word));
    if is(0, "characteristics") || is(0, "transaction") {
        return Ok(Command::Nothing("SET"));
    }
    if is(0, "role") || is(0, "authorization") {
        return Err(Failure::new("0A000", "there are no other roles to become"));
    }
    if is(0, "time") || is(0, "names") {
        let (name, step) = if is(0, "names") { ("client_encoding", 1) } else { ("timezone", 2) };
        let value = statement.token(place + step).and_then(Token::value).ok_or_else(|| syntax("SET"))?;
        return Ok(Command::Set(name.into(), value.into()));
    }
    let name = path(statement, place).ok_or_else(|| syntax("SET"))?;
    let given = statement.tokens.iter().skip(place).position(|(token, _)| token.is_sign('=') || token.is("to"));
    let first = place + given.ok_or_else(|| syntax("SET"))? + 1;
    let values = statement.tokens.iter().skip(first);
    let values: Vec<String> = values
        .filter_map(|(token, _)| match token {
            Token::Sign('-') => Some("-".to_owned()),
            other => other.value().map(str::to_owned),
        })
        .collect();
    match values.as_slice() {
        [] => Err(syntax("SET")),
        [only] if only == "default" => Ok(Command::Reset(name)),
        several => Ok(Command::Set(name, several.join(", ").replace("-, ", "-"))),
    }
}

fn shown(statement: &Statement) -> Option<String> {
    if statement.begins(&["show", "transaction", "isolation"]) {
        return Some("transaction_isolation".into());
    }
    if statement.begins(&["show", "time"]) { Some("timezone".into()) } else { path(statement, 1) }
}

fn name_or_all(statement: &Statement, place: usize) -> Option<Option<String>> {
    let token = statement.token(place)?;
    if token.is("all") { Some(None) } else { token.name().map(|name| Some(name.to_owned())) }
}

fn declare(statement: &Statement) -> Option<Result<Command, Failure>> {
    let name = statement.token(1)?.name()?.to_owned();
    let place = |word: &str| statement.tokens.iter().position(|(token, _)| token.is(word));
    let (cursor, begin) = (place("cursor")?, place("for")?);
    let is_held = place("hold").is_some_and(|place| {
        (cursor..begin).contains(&place) && statement.token(place - 1).is_some_and(|token| token.is("with"))
    });
    let (_, question) = statement.tokens.get(begin + 1)?;
    if place("scroll")
        .is_some_and(|place| place < cursor && !statement.token(place - 1).is_some_and(|token| token.is("no")))
    {
        return Some(Err(Failure::new("0A000", "cursors go forward only")));
    }
    let question = Statement::only(&statement.text[question.start..])?;
    Some(Ok(Command::Declare(name, is_held, question)))
}

fn fetch(statement: &Statement) -> Option<(String, Option<u64>)> {
    let name = statement.tokens.last()?.0.name()?.to_owned();
    let mut rows = Some(1);
    for (token, _) in statement.tokens.iter().skip(1).take(statement.tokens.len() - 2) {
        match token {
            Token::Number(number) => rows = Some(number.parse().ok()?),
            Token::Word(word) if word == "all" => rows = None,
            Token::Word(word) if ["forward", "next", "from", "in"].contains(&word.as_str()) => {}
            _ => return None,
        }
    }
    Some((name, rows))
}

fn copy(statement: &Statement) -> Result<Command, Failure> {
    let mut depth = 0_usize;
    let mut to = None;
    for (place, (token, _)) in statement.tokens.iter().enumerate() {
        match token {
            Token::Sign('(') => depth += 1,
            Token::Sign(')') => depth = depth.saturating_sub(1),
            token if depth == 0 && (token.is("to") || token.is("from")) => {
                to = Some(place);
                break;
            }
            _ => {}
        }
    }
    let to = to.ok_or_else(|| syntax("COPY"))?;
    let is_out = statement.token(to).is_some_and(|token| token.is("to"))
        && statement.token(to + 1).is_some_and(|token| token.is("stdout"));
    if !is_out {
        return Err(Failure::new("42501", "nothing can be written here, and no file: COPY … TO STDOUT is offered"));
    }
    let form = Form::of(statement.tokens.iter().skip(to + 2).map(|(token, _)| token))?;
    let text = &statement.text[statement.tokens[0].1.end..statement.tokens[to].1.start];
    let is_question = statement.token(1).is_some_and(|token| token.is_sign('('));
    let text = if is_question {
        let inner = text.trim().strip_prefix('(').and_then(|text| text.strip_suffix(')'));
        inner.ok_or_else(|| syntax("COPY"))?.to_owned()
    } else {
        match text.split_once('(') {
            Some((table, columns)) => format!("select {} from {table}", columns.trim().trim_end_matches(')')),
            None => format!("select * from {text}"),
        }
    };
    let question = Statement::only(&text).ok_or_else(|| syntax("COPY"))?;
    Ok(Command::Copy(question, form))
}
