//! The window by keyboard alone: keys go to whatever has the focus, never to an element that a
//! test has picked.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::window::Window;

/// What has the focus, and whether a person can see that it has.
const FOCUSED: &str = "const one = document.activeElement;
    const look = getComputedStyle(one);
    return {
        there: one.matches(arguments[0]),
        ring: look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 1,
        what: one.outerHTML.slice(0, 200),
    };";

impl Window {
    /// Presses a key, with others held down.
    ///
    /// # Panics
    /// When the page is gone.
    pub async fn key(&self, held: &[Key], key: impl Into<char>) {
        let key = key.into();
        let mut actions = KeyActions::new("keyboard".into());
        for held in held {
            actions = actions.then(KeyAction::Down { value: char::from(*held) });
        }
        actions = actions.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        for held in held.iter().rev() {
            actions = actions.then(KeyAction::Up { value: char::from(*held) });
        }
        self.client.perform_actions(actions).await.expect("the page takes keys");
    }

    /// Types a text where the focus is.
    ///
    /// # Panics
    /// When the page is gone.
    pub async fn keys(&self, text: &str) {
        let mut actions = KeyActions::new("keyboard".into());
        for value in text.chars() {
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(actions).await.expect("the page takes keys");
    }

    /// Presses Tab until this has the focus. Everything on the way has to show that it has the focus.
    ///
    /// # Panics
    /// When it cannot be reached with that many presses, or something does not show the focus.
    pub async fn tab_to(&self, css: &str, most: usize) {
        self.sees(&format!("{css}:not(:disabled)")).await;
        let mut passed = Vec::new();
        for _ in 0..most {
            self.key(&[], Key::Tab).await;
            let focused = self.asked(FOCUSED, &[css]).await;
            assert_eq!(focused["ring"], json!(true), "no visible focus: {}", focused["what"]);
            if focused["there"] == json!(true) {
                return;
            }
            passed.push(focused["what"].clone());
        }
        self.shot("failed").await;
        panic!("{css} is not within {most} presses of Tab; passed: {:#}", Value::from(passed));
    }

    /// Tabs to it and presses Enter.
    ///
    /// # Panics
    /// As [`Window::tab_to`].
    pub async fn enters(&self, css: &str, most: usize) {
        self.tab_to(css, most).await;
        self.key(&[], Key::Enter).await;
    }

    /// Goes down an open menu to this item, and chooses it.
    ///
    /// # Panics
    /// When the menu does not have it.
    pub async fn chooses(&self, css: &str) {
        self.sees(css).await;
        let here = format!("{css}[data-highlighted]");
        for _ in 0..20 {
            if self.asked("return document.querySelector(arguments[0]) !== null", &[&here]).await
                == json!(true)
            {
                self.key(&[], Key::Enter).await;
                return;
            }
            self.key(&[], Key::Down).await;
        }
        self.shot("failed").await;
        panic!("{css} cannot be reached in its menu");
    }
}
