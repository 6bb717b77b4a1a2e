//! The grammar of formulas.

/// Deeper nesting is no formula that a person wrote.
const DEPTH: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Over,
    Modulo,
    Power,
}

impl Operator {
    /// How Notion writes it; `None` if no recording shows it.
    pub(super) fn sign(self) -> Option<&'static str> {
        Some(match self {
            Self::Or | Self::And => return None,
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Over => "/",
            Self::Modulo => "%",
            Self::Power => "^",
        })
    }

    /// How tightly it binds.
    fn rank(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal | Self::Unequal => 3,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 4,
            Self::Plus | Self::Minus => 5,
            Self::Times | Self::Over | Self::Modulo => 6,
            Self::Power => 7,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Number(f64),
    Text(String),
    Flag(bool),
    /// A property's id, bare or encoded, or its name.
    Property(String),
    List(Vec<Expression>),
    Not(Box<Expression>),
    Minus(Box<Expression>),
    If(Box<Expression>, Box<Expression>, Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Call(String, Vec<Expression>),
    /// A function behind a dot: its object is the first argument.
    Method(String, Vec<Expression>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    Word(String),
    Property(String),
    Sign(&'static str),
}

const SIGNS: &[&str] = &[
    "==", "!=", ">=", "<=", "&&", "||", ">", "<", "+", "-", "*", "/", "%", "^", "!", "?", ":", "(",
    ")", "[", "]", ",", ".",
];

/// The words and signs of a formula.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("{{") {
            let (inner, after) = after.split_once("}}")?;
            let id = inner.strip_prefix("notion:block_property:")?;
            let id = id.split(':').next().unwrap_or(id);
            found.push(Token::Property(super::super::decode(id)));
            rest = after;
        } else if c == '"' {
            let (token, after) = quoted(rest)?;
            found.push(token);
            rest = after;
        } else if c.is_ascii_digit() {
            let end = rest
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .unwrap_or(rest.len());
            let (digits, after) = rest.split_at_checked(end)?;
            found.push(Token::Number(digits.parse().ok()?));
            rest = after;
        } else if c.is_alphabetic() || c == '_' {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end)?;
            found.push(Token::Word(word.to_owned()));
            rest = after;
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
            found.push(Token::Sign(sign));
            rest = rest.strip_prefix(*sign)?;
        }
        rest = rest.trim_start();
    }
    Some(found)
}

fn quoted(text: &str) -> Option<(Token, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((Token::Text(value), text.get(at + 1..)?)),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                c => value.push(c),
            },
            c => value.push(c),
        }
    }
    None
}

/// Reads a whole formula; `None` if it is none.
pub(super) fn parse(text: &str) -> Option<Expression> {
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens: &tokens,
        depth: 0,
    };
    let expression = parser.expression()?;
    parser.tokens.is_empty().then_some(expression)
}

struct Parser<'a> {
    tokens: &'a [Token],
    depth: usize,
}

impl Parser<'_> {
    fn takes(&mut self, sign: &str) -> bool {
        match self.tokens.split_first() {
            Some((Token::Sign(found), rest)) if *found == sign => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn needs(&mut self, sign: &str) -> Option<()> {
        self.takes(sign).then_some(())
    }

    fn expression(&mut self) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let condition = self.ranked(1)?;
        let whole = if self.takes("?") {
            let yes = self.expression()?;
            self.needs(":")?;
            let no = self.expression()?;
            Expression::If(Box::new(condition), Box::new(yes), Box::new(no))
        } else {
            condition
        };
        self.depth -= 1;
        Some(whole)
    }

    fn operator(&self) -> Option<Operator> {
        Some(match self.tokens.first()? {
            Token::Word(word) => match word.as_str() {
                "and" => Operator::And,
                "or" => Operator::Or,
                _ => return None,
            },
            Token::Sign(sign) => match *sign {
                "||" => Operator::Or,
                "&&" => Operator::And,
                "==" => Operator::Equal,
                "!=" => Operator::Unequal,
                "<" => Operator::Less,
                "<=" => Operator::LessOrEqual,
                ">" => Operator::Greater,
                ">=" => Operator::GreaterOrEqual,
                "+" => Operator::Plus,
                "-" => Operator::Minus,
                "*" => Operator::Times,
                "/" => Operator::Over,
                "%" => Operator::Modulo,
                "^" => Operator::Power,
                _ => return None,
            },
            _ => return None,
        })
    }

    /// Everything that binds at least as tightly as `least`.
    fn ranked(&mut self, least: u8) -> Option<Expression> {
        let mut left = self.unary()?;
        while let Some(operator) = self.operator().filter(|operator| operator.rank() >= least) {
            self.tokens = self.tokens.get(1..)?;
            // Powers are taken from the right.
            let next = operator.rank() + u8::from(operator != Operator::Power);
            let right = self.ranked(next)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let not_a_call = matches!(self.tokens, [Token::Word(word), ..] if word == "not");
        let inner = if self.takes("-") {
            Expression::Minus(Box::new(self.unary()?))
        } else if self.takes("!") {
            Expression::Not(Box::new(self.unary()?))
        } else if not_a_call {
            self.tokens = self.tokens.get(1..)?;
            Expression::Not(Box::new(self.unary()?))
        } else {
            self.postfix()?
        };
        self.depth -= 1;
        Some(inner)
    }

    fn postfix(&mut self) -> Option<Expression> {
        let mut value = self.primary()?;
        while self.takes(".") {
            let Some((Token::Word(name), rest)) = self.tokens.split_first() else {
                return None;
            };
            let name = name.clone();
            self.tokens = rest;
            let mut arguments = vec![value];
            if self.takes("(") {
                self.list(")", &mut arguments)?;
            }
            value = Expression::Method(name, arguments);
        }
        Some(value)
    }

    fn list(&mut self, end: &str, items: &mut Vec<Expression>) -> Option<()> {
        if self.takes(end) {
            return Some(());
        }
        loop {
            items.push(self.expression()?);
            if self.takes(end) {
                return Some(());
            }
            self.needs(",")?;
        }
    }

    fn primary(&mut self) -> Option<Expression> {
        if self.takes("(") {
            let inner = self.expression()?;
            self.needs(")")?;
            return Some(inner);
        }
        let mut items = Vec::new();
        if self.takes("[") {
            self.list("]", &mut items)?;
            return Some(Expression::List(items));
        }
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(match first {
            Token::Number(number) => Expression::Number(*number),
            Token::Text(text) => Expression::Text(text.clone()),
            Token::Property(id) => Expression::Property(id.clone()),
            Token::Word(word) => match word.as_str() {
                "true" => Expression::Flag(true),
                "false" => Expression::Flag(false),
                "pi" => Expression::Number(std::f64::consts::PI),
                "e" => Expression::Number(std::f64::consts::E),
                name => {
                    self.needs("(")?;
                    self.list(")", &mut items)?;
                    Expression::Call(name.to_owned(), items)
                }
            },
            Token::Sign(_) => return None,
        })
    }
}
