//! A text cut into statements and words.

use std::ops::Range;

use super::statement::{MOST_PARAMETERS, Statement, Token};

/// The statements of a text that are not empty.
pub(super) fn split(text: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    let (mut begin, mut tokens): (usize, Vec<(Token, Range<usize>)>) = (0, Vec::new());
    let mut scanner = Scanner { text, at: 0 };
    loop {
        let next = scanner.next();
        match next {
            Some((token, place)) if !token.is_sign(';') => {
                if tokens.is_empty() {
                    begin = place.start;
                }
                tokens.push((token, place.start - begin..place.end - begin));
            }
            _ => {
                if let Some((_, last)) = tokens.last() {
                    let text = text[begin..begin + last.end].to_owned();
                    found.push(Statement { text, tokens: std::mem::take(&mut tokens) });
                }
                if next.is_none() {
                    return found;
                }
            }
        }
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Option<(Token, Range<usize>)> {
        self.skip_blank();
        let begin = self.at;
        let first = self.rest().chars().next()?;
        let token = match first {
            '\'' => Token::Text(self.quoted('\'', false)),
            '"' => Token::Quoted(self.quoted('"', false)),
            '$' => self.dollar(),
            '0'..='9' => Token::Number(self.run(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_')),
            c if is_word(c) => {
                let word = self.run(|c| is_word(c) || c == '$');
                if word.eq_ignore_ascii_case("e") && self.rest().starts_with('\'') {
                    Token::Text(self.quoted('\'', true))
                } else {
                    Token::Word(word.to_lowercase())
                }
            }
            sign => {
                self.at += sign.len_utf8();
                Token::Sign(sign)
            }
        };
        Some((token, begin..self.at))
    }

    /// Space and comments, which nest.
    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            if rest.starts_with("--") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                let (mut depth, mut at) = (0_usize, 0);
                while at < rest.len() {
                    let here = &rest.as_bytes()[at..];
                    let step = if here.starts_with(b"/*") || here.starts_with(b"*/") { 2 } else { 1 };
                    if step == 2 {
                        depth = if here[0] == b'/' { depth + 1 } else { depth - 1 };
                    }
                    at += step;
                    if depth == 0 {
                        break;
                    }
                }
                self.at += at;
            } else if rest.starts_with(char::is_whitespace) {
                self.at += rest.len() - rest.trim_start().len();
            } else {
                return;
            }
        }
    }

    fn run(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let run = rest[..length].to_owned();
        self.at += length;
        run
    }

    /// What is between quotes; a doubled quote is one.
    fn quoted(&mut self, quote: char, has_escapes: bool) -> String {
        self.at += 1;
        let mut value = String::new();
        while let Some(c) = self.rest().chars().next() {
            self.at += c.len_utf8();
            if c == quote {
                if !self.rest().starts_with(quote) {
                    break;
                }
                self.at += 1;
            } else if has_escapes && c == '\\' {
                let Some(escaped) = self.rest().chars().next() else { break };
                self.at += escaped.len_utf8();
                value.push(match escaped {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    other => other,
                });
                continue;
            }
            value.push(c);
        }
        value
    }

    /// A parameter, a text between dollars, or a mere dollar.
    fn dollar(&mut self) -> Token {
        let rest = self.rest();
        let digits = rest[1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - 1);
        if digits > 0 {
            let number = rest[1..=digits].parse().unwrap_or(usize::MAX);
            self.at += 1 + digits;
            return if (1..=MOST_PARAMETERS).contains(&number) { Token::Parameter(number) } else { Token::Sign('$') };
        }
        let tag = rest[1..].find('$').map(|end| &rest[..end + 2]);
        if let Some(tag) = tag.filter(|tag| tag[1..tag.len() - 1].chars().all(is_word)) {
            let body = &rest[tag.len()..];
            let end = body.find(tag);
            let value = body[..end.unwrap_or(body.len())].to_owned();
            self.at += tag.len() + value.len() + end.map_or(0, |_| tag.len());
            return Token::Text(value);
        }
        self.at += 1;
        Token::Sign('$')
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        split(text).into_iter().map(|statement| statement.text).collect()
    }

    #[test]
    fn statements_end_at_their_semicolons() {
        assert_eq!(texts(" select 1 ; ;select ';' -- ;\n, $x$;$x$;"), ["select 1", "select ';' -- ;\n, $x$;$x$"]);
        assert_eq!(texts("/* ; /* ; */ */ select \"a;\"\"b\", E'\\';' ;x"), ["select \"a;\"\"b\", E'\\';'", "x"]);
        assert!(texts(" ; -- nothing").is_empty());
        // What never ends is one statement, and no panic.
        for text in ["select '", "select \"x;", "/* ;", "$a$ ;", "$", "E'\\", "é$1", "--"] {
            assert!(texts(text).len() <= 1, "{text}");
        }
    }

    #[test]
    fn words_are_told_apart() {
        let statement = Statement::only("Select \"A\", 'it''s', $2, $$x$$ from t limit $1").expect("one");
        let words: Vec<&Token> = statement.tokens.iter().map(|(token, _)| token).collect();
        assert!(words.contains(&&Token::Quoted("A".into())) && words.contains(&&Token::Text("it's".into())));
        assert!(words.contains(&&Token::Text("x".into())) && words.contains(&&Token::Parameter(2)));
        assert_eq!((statement.parameters(), statement.parameter_type(1)), (2, Some(pgwire::api::Type::INT8)));
    }

    #[test]
    fn questions_about_the_catalogue_are_known() {
        let is_of_catalogue =
            |sql: &str| Statement::only(sql).is_some_and(|statement| statement.is_of_catalogue(|name| name == "users"));
        assert!(is_of_catalogue("select relname as users from pg_class"));
        assert!(is_of_catalogue("SELECT * FROM \"information_schema\".tables where table_name = 'users'"));
        assert!(is_of_catalogue("select current_schema(), version()"));
        assert!(!is_of_catalogue("select count(*) from users where name = 'pg_class'"));
        assert!(!is_of_catalogue("select version from public.users"));
    }
}
