//! The functions of formulas. A method has its object as the first argument.

use std::cmp::Ordering;

use jiff::{Span, tz::TimeZone};

use super::{Item, number, text_of};
use crate::tables::dates::When;

/// Whether two values are the same; nothing equals an empty text.
pub(super) fn same(a: &Item, b: &Item) -> bool {
    match (a, b) {
        (Item::Empty, other) | (other, Item::Empty) => match other {
            Item::Empty => true,
            Item::Text(text) => text.is_empty(),
            Item::List(items) => items.is_empty(),
            _ => false,
        },
        (Item::Date(a, _), Item::Date(b, _)) => a.order(*b).is_eq(),
        (a, b) => a == b,
    }
}

pub(super) fn order(a: &Item, b: &Item) -> Option<Ordering> {
    match (a, b) {
        (Item::Date(a, _), Item::Date(b, _)) => Some(a.order(*b)),
        (Item::Text(a), Item::Text(b)) => Some(a.cmp(b)),
        (a, b) => number(a)?.partial_cmp(&number(b)?),
    }
}

fn empty(item: &Item) -> bool {
    match item {
        Item::Empty => true,
        Item::Number(number) => *number == 0.0,
        Item::Text(text) => text.is_empty(),
        Item::Flag(flag) => !flag,
        Item::Date(..) => false,
        Item::List(items) => items.is_empty(),
    }
}

fn length(item: &Item) -> Option<Item> {
    let length = match item {
        Item::Text(text) => text.encode_utf16().count(),
        Item::List(items) => items.len(),
        Item::Empty => 0,
        _ => return None,
    };
    Some(Item::Number(f64::from(u32::try_from(length).ok()?)))
}

fn includes(item: &Item, wanted: &Item) -> Option<Item> {
    Some(Item::Flag(match item {
        Item::Text(text) => text.contains(&text_of(wanted)),
        Item::List(items) => items.iter().any(|item| same(item, wanted)),
        Item::Empty => false,
        _ => return None,
    }))
}

fn date(item: &Item) -> Option<When> {
    match item {
        Item::Date(start, _) => Some(*start),
        _ => None,
    }
}

/// A number of units as a span of time.
fn span(amount: f64, unit: &str) -> Option<Span> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "parts of a unit are dropped"
    )]
    let amount = amount.trunc() as i64;
    Some(match unit {
        "years" => Span::new().try_years(amount).ok()?,
        "quarters" => Span::new().try_months(amount.checked_mul(3)?).ok()?,
        "months" => Span::new().try_months(amount).ok()?,
        "weeks" => Span::new().try_weeks(amount).ok()?,
        "days" => Span::new().try_days(amount).ok()?,
        "hours" => Span::new().try_hours(amount).ok()?,
        "minutes" => Span::new().try_minutes(amount).ok()?,
        _ => return None,
    })
}

fn shifted(from: When, span: Span, unit: &str) -> Option<When> {
    let civil = match from {
        When::Day(day) if !["hours", "minutes"].contains(&unit) => {
            return day.checked_add(span).ok().map(When::Day);
        }
        When::Day(day) => day.to_datetime(jiff::civil::Time::midnight()),
        When::Moment(millis) => jiff::Timestamp::from_millisecond(millis)
            .ok()?
            .to_zoned(TimeZone::UTC)
            .datetime(),
    };
    let moved = civil.checked_add(span).ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(When::at(moved.timestamp().as_millisecond()))
}

/// Whole units from `b` to `a`.
fn between(a: When, b: When, unit: &str) -> Option<f64> {
    let zoned = |when: When| {
        jiff::Timestamp::from_millisecond(when.millis())
            .ok()
            .map(|moment| moment.to_zoned(TimeZone::UTC))
    };
    let (a, b) = (zoned(a)?, zoned(b)?);
    let minutes = (a.timestamp().as_millisecond() - b.timestamp().as_millisecond()) / 60_000;
    let months = || {
        let span = b.until((jiff::Unit::Month, &a)).ok()?;
        Some(i64::from(span.get_months()))
    };
    let whole = match unit {
        "minutes" => minutes,
        "hours" => minutes / 60,
        "days" => minutes / (24 * 60),
        "weeks" => minutes / (7 * 24 * 60),
        "months" => months()?,
        "quarters" => months()? / 3,
        "years" => months()? / 12,
        _ => return None,
    };
    Some(f64::from(i32::try_from(whole).ok()?))
}

fn numbers(arguments: &[Item]) -> Option<Vec<f64>> {
    let flat = arguments.iter().flat_map(|item| match item {
        Item::List(items) => items.clone(),
        other => vec![other.clone()],
    });
    flat.map(|item| number(&item)).collect()
}

/// Calls a function; `None` if it is not known or does not take these.
pub(super) fn call(name: &str, arguments: &[Item]) -> Option<Item> {
    match arguments {
        [] => match name {
            "now" => Some(Item::Date(When::now(), None)),
            "today" => Some(Item::Date(When::Day(When::now().day()), None)),
            _ => None,
        },
        [one] => unary(name, one).or_else(|| several(name, arguments)),
        [one, two] => binary(name, one, two).or_else(|| several(name, arguments)),
        _ => several(name, arguments),
    }
}

fn unary(name: &str, item: &Item) -> Option<Item> {
    let of = |part: fn(jiff::civil::DateTime) -> i16| {
        let zoned = jiff::Timestamp::from_millisecond(date(item)?.millis()).ok()?;
        let civil = zoned.to_zoned(TimeZone::UTC).datetime();
        Some(Item::Number(f64::from(part(civil))))
    };
    let math = |f: fn(f64) -> f64| Some(Item::Number(f(number(item)?)));
    Some(match (name, item) {
        ("empty", item) => Item::Flag(empty(item)),
        ("not", item) => Item::Flag(!super::truth(item)),
        ("length", item) => length(item)?,
        ("format", item) => Item::Text(text_of(item)),
        ("style" | "unstyle", item) => item.clone(),
        ("toNumber", Item::Text(text)) => text.trim().parse().map_or(Item::Empty, Item::Number),
        ("toNumber", Item::Date(when, _)) => call("timestamp", &[Item::Date(*when, None)])?,
        ("toNumber", item) => Item::Number(number(item)?),
        ("lower", item) => Item::Text(text_of(item).to_lowercase()),
        ("upper", item) => Item::Text(text_of(item).to_uppercase()),
        ("trim", item) => Item::Text(text_of(item).trim().to_owned()),
        ("abs", _) => math(f64::abs)?,
        ("round", _) => math(f64::round)?,
        ("floor", _) => math(f64::floor)?,
        ("ceil", _) => math(f64::ceil)?,
        ("sqrt", _) => math(f64::sqrt)?,
        ("sign", _) => math(|n| if n == 0.0 { 0.0 } else { n.signum() })?,
        ("minute", _) => of(|civil| i16::from(civil.minute()))?,
        ("hour", _) => of(|civil| i16::from(civil.hour()))?,
        ("date", Item::Date(..)) => of(|civil| i16::from(civil.day()))?,
        ("day", _) => of(|civil| i16::from(civil.weekday().to_monday_one_offset()))?,
        ("month", _) => of(|civil| i16::from(civil.month()))?,
        ("year", _) => of(jiff::civil::DateTime::year)?,
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds fit for 285,000 years"
        )]
        ("timestamp", item) => Item::Number(date(item)?.millis() as f64),
        #[expect(clippy::cast_possible_truncation, reason = "it was whole before")]
        ("fromTimestamp", Item::Number(millis)) => Item::Date(When::at(*millis as i64), None),
        ("fromTimestamp", Item::Empty) => Item::Empty,
        ("parseDate", Item::Text(text)) => Item::Date(When::read(text)?, None),
        ("dateStart", Item::Date(start, _)) => Item::Date(*start, None),
        ("dateEnd", Item::Date(start, end)) => Item::Date(end.unwrap_or(*start), None),
        ("first", Item::List(items)) => items.first().cloned().unwrap_or(Item::Empty),
        ("last", Item::List(items)) => items.last().cloned().unwrap_or(Item::Empty),
        ("reverse", Item::List(items)) => Item::List(items.iter().rev().cloned().collect()),
        _ => return None,
    })
}

fn binary(name: &str, a: &Item, b: &Item) -> Option<Item> {
    Some(match name {
        "includes" | "contains" => includes(a, b)?,
        "and" => Item::Flag(super::truth(a) && super::truth(b)),
        "or" => Item::Flag(super::truth(a) || super::truth(b)),
        "equal" => Item::Flag(same(a, b)),
        "unequal" => Item::Flag(!same(a, b)),
        "style" | "unstyle" => a.clone(),
        "join" => {
            let Item::List(items) = a else { return None };
            let texts: Vec<String> = items.iter().map(text_of).collect();
            Item::Text(texts.join(&text_of(b)))
        }
        "split" => Item::List(
            text_of(a)
                .split(&text_of(b))
                .map(|piece| Item::Text(piece.to_owned()))
                .collect(),
        ),
        "repeat" => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the bounds were set before"
            )]
            let times = number(b)?.clamp(0.0, 1000.0) as usize;
            Item::Text(text_of(a).repeat(times))
        }
        "add" => Item::Number(number(a)? + number(b)?),
        "subtract" => Item::Number(number(a)? - number(b)?),
        "multiply" => Item::Number(number(a)? * number(b)?),
        "divide" => Item::Number(number(a)? / number(b)?),
        "mod" => Item::Number(number(a)? % number(b)?),
        "pow" => Item::Number(number(a)?.powf(number(b)?)),
        _ => return None,
    })
}

fn several(name: &str, arguments: &[Item]) -> Option<Item> {
    let dated = |sign: f64| {
        let [from, amount, unit] = arguments else {
            return None;
        };
        if *from == Item::Empty {
            return Some(Item::Empty);
        }
        let unit = text_of(unit);
        let span = span(sign * number(amount)?, &unit)?;
        Some(Item::Date(shifted(date(from)?, span, &unit)?, None))
    };
    Some(match name {
        "dateAdd" => dated(1.0)?,
        "dateSubtract" => dated(-1.0)?,
        "dateBetween" => {
            let [a, b, unit] = arguments else { return None };
            if *a == Item::Empty || *b == Item::Empty {
                return Some(Item::Empty);
            }
            Item::Number(between(date(a)?, date(b)?, &text_of(unit))?)
        }
        "and" => Item::Flag(arguments.iter().all(super::truth)),
        "or" => Item::Flag(arguments.iter().any(super::truth)),
        "concat" => Item::Text(arguments.iter().map(text_of).collect()),
        "style" | "unstyle" => arguments.first()?.clone(),
        "sum" => Item::Number(numbers(arguments)?.iter().sum()),
        "min" => Item::Number(numbers(arguments)?.into_iter().reduce(f64::min)?),
        "max" => Item::Number(numbers(arguments)?.into_iter().reduce(f64::max)?),
        "replaceAll" | "replace" => {
            let [text, old, new] = arguments else {
                return None;
            };
            let (text, old, new) = (text_of(text), text_of(old), text_of(new));
            Item::Text(if name == "replace" {
                text.replacen(&old, &new, 1)
            } else {
                text.replace(&old, &new)
            })
        }
        _ => return None,
    })
}
