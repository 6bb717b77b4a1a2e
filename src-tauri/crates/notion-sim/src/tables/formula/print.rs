//! How Notion writes a formula that it was sent.
//!
//! Recorded: a formula is printed from its syntax tree, with one blank around operators and after
//! commas, with brackets around an operation within an operation and nowhere else. What no recording
//! shows (`not`, `and`, `or`, `? :`) and what cannot be read stays as it was sent.

use super::syntax::{self, Expression, Token};

/// The formula as answers show it.
pub(super) fn printed(text: &str) -> String {
    anew(text).unwrap_or_else(|| text.to_owned())
}

fn anew(text: &str) -> Option<String> {
    let mut printer = Printer {
        out: String::with_capacity(text.len()),
        references: references(text).into_iter(),
    };
    printer.write(&syntax::parse(text)?)?;
    // Only brackets may have come or gone.
    (words(text)? == words(&printer.out)?).then_some(printer.out)
}

/// What names a property, in order.
fn references(text: &str) -> Vec<&str> {
    let parts = text.split("{{").skip(1);
    parts
        .filter_map(|part| part.split_once("}}"))
        .map(|(inner, _)| inner)
        .collect()
}

fn words(text: &str) -> Option<Vec<Token>> {
    let mut found = syntax::tokens(text)?;
    found.retain(|token| !matches!(token, Token::Sign("(" | ")")));
    Some(found)
}

struct Printer<'a> {
    out: String,
    references: std::vec::IntoIter<&'a str>,
}

impl Printer<'_> {
    fn write(&mut self, expression: &Expression) -> Option<()> {
        match expression {
            Expression::Number(number) => self.out.push_str(&number.to_string()),
            Expression::Text(text) => self.quote(text),
            Expression::Flag(flag) => self.out.push_str(&flag.to_string()),
            Expression::Property(_) => {
                let inner = self.references.next()?;
                self.out.push_str("{{");
                self.out.push_str(inner);
                self.out.push_str("}}");
            }
            Expression::List(items) => self.list("[", items, "]")?,
            Expression::Minus(inner) => {
                self.out.push('-');
                self.operand(inner)?;
            }
            Expression::Binary(operator, left, right) => {
                let sign = operator.sign()?;
                self.operand(left)?;
                self.out.push(' ');
                self.out.push_str(sign);
                self.out.push(' ');
                self.operand(right)?;
            }
            Expression::Call(name, arguments) => {
                self.out.push_str(name);
                self.list("(", arguments, ")")?;
            }
            Expression::Method(name, arguments) => {
                let (object, arguments) = arguments.split_first()?;
                self.operand(object)?;
                self.out.push('.');
                self.out.push_str(name);
                self.list("(", arguments, ")")?;
            }
            Expression::Not(_) | Expression::If(..) => return None,
        }
        Some(())
    }

    /// A part of an operation.
    fn operand(&mut self, expression: &Expression) -> Option<()> {
        if !matches!(expression, Expression::Binary(..)) {
            return self.write(expression);
        }
        self.list("(", std::slice::from_ref(expression), ")")
    }

    fn list(&mut self, open: &str, items: &[Expression], close: &str) -> Option<()> {
        self.out.push_str(open);
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.out.push_str(", ");
            }
            self.write(item)?;
        }
        self.out.push_str(close);
        Some(())
    }

    fn quote(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                '"' | '\\' => self.out.extend(['\\', c]),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::printed;

    #[test]
    fn brackets_and_blanks_are_notions_own() {
        let cases = [
            (
                "50000 + dateBetween({{notion:block_property:a:b:c}}, now(), \"years\")*1000",
                "50000 + (dateBetween({{notion:block_property:a:b:c}}, now(), \"years\") * 1000)",
            ),
            (
                "if((1==2),\"a\\\"b\",(if(1>=2,3,4)))",
                "if(1 == 2, \"a\\\"b\", if(1 >= 2, 3, 4))",
            ),
            ("((8-(9%2))+2)", "(8 - (9 % 2)) + 2"),
            ("[1,2].length()", "[1, 2].length()"),
        ];
        for (sent, shown) in cases {
            assert_eq!(printed(sent), shown);
            assert_eq!(printed(shown), shown);
        }
    }

    #[test]
    fn what_no_recording_shows_stays() {
        for text in ["=1*2", "1 +", "not(1>2)", "1>2?3:4", "pi*2", "1>2 and 2>1"] {
            assert_eq!(printed(text), text);
        }
    }
}
