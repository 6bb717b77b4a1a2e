//! What an account is called, its colour, and its place in the rail.

use octavo_contract::{AccountChange, AccountOrder, AccountView, AppState, Empty, Palette};

use super::Octavo;
use super::account::LONGEST_NAME;
use crate::CoreError;
use crate::accounts::COLORS;

impl Octavo {
    /// The colours an account may have.
    ///
    /// # Errors
    /// Never.
    #[expect(
        clippy::unused_async,
        reason = "every command of the table is asked in the same way"
    )]
    pub async fn account_palette(&self, _: Empty) -> Result<Palette, CoreError> {
        Ok(Palette {
            colors: COLORS.map(str::to_owned).to_vec(),
        })
    }

    /// Gives an account another name or another colour.
    ///
    /// # Errors
    /// There is no such account, the name is none, or the colour is not of the palette. Then nothing
    /// was changed.
    pub async fn account_change(&self, request: AccountChange) -> Result<AccountView, CoreError> {
        let account = self.0.accounts.find(&request.account).await?;
        let name = request.name.as_deref().map(name_from).transpose()?;
        let color = request.color.as_deref().map(color_from).transpose()?;
        let changed = self.0.accounts.change(&account.id, name, color).await?;
        self.tell_accounts();
        Ok(self.view(&changed).await)
    }

    /// Puts the accounts into another order, in the rail and wherever they are listed. Those that are not
    /// named follow, in the order they had.
    ///
    /// # Errors
    /// There is no such account, or one is named twice. Then nothing was changed.
    pub async fn account_order(&self, request: AccountOrder) -> Result<AppState, CoreError> {
        let mut order = Vec::new();
        for account in &request.accounts {
            let id = self.0.accounts.find(account).await?.id;
            if order.contains(&id) {
                return Err(CoreError::BadRequest(
                    "An account can be in one place only: name each once.".to_owned(),
                ));
            }
            order.push(id);
        }
        self.0.accounts.put_in_order(&order).await?;
        self.tell_accounts();
        self.app_state(Empty {}).await
    }
}

/// A name as a person gave it, without the blanks around it.
fn name_from(text: &str) -> Result<&str, CoreError> {
    let refused = |words: &str| Err(CoreError::BadRequest(words.to_owned()));
    let name = text.trim();
    if name.is_empty() {
        return refused("An account needs a name. Type one, or leave the old one.");
    }
    if name.chars().any(char::is_control) {
        return refused("An account's name is one line, without tabs and line breaks.");
    }
    if name.chars().count() > LONGEST_NAME {
        return refused("This name is too long: an account's name has at most 60 characters.");
    }
    Ok(name)
}

fn color_from(text: &str) -> Result<&'static str, CoreError> {
    COLORS
        .into_iter()
        .find(|color| color.eq_ignore_ascii_case(text.trim()))
        .ok_or_else(|| {
            CoreError::BadRequest("This colour is not one of those an account can have.".to_owned())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_one_to_sixty_characters() {
        assert_eq!(name_from("  Ada's notes ").unwrap(), "Ada's notes");
        assert_eq!(name_from(&"ü".repeat(60)).unwrap().chars().count(), 60);
        for bad in ["", " \t ", "two\nlines", "a\tb", &"a".repeat(61)] {
            assert!(name_from(bad).is_err(), "{bad:?}");
        }
    }

    /// Relative luminance as WCAG 2.2 defines it.
    fn luminance(color: &str) -> f64 {
        let part = |range| {
            let value =
                f64::from(u8::from_str_radix(color.get(range).unwrap(), 16).unwrap()) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(1..3) + 0.7152 * part(3..5) + 0.0722 * part(5..7)
    }

    #[test]
    fn white_letters_can_be_read_on_every_colour() {
        for color in COLORS {
            let contrast = 1.05 / (luminance(color) + 0.05);
            assert!(contrast >= 4.5, "{color}: {contrast:.2}");
            assert_eq!(color_from(&color.to_uppercase()).unwrap(), color);
        }
        assert!(color_from("#ffffff").is_err());
    }
}
