//! The tray of Linux desktops: a StatusNotifierItem on the session bus. It needs no library of
//! the desktop's, and says when there is no tray.

use ksni::menu::StandardItem;
use ksni::{Handle, MenuItem, ToolTip, TrayMethods as _};
use tauri::AppHandle;

use super::icon::{Picture, with_dot};
use super::{Choice, Face, choose};

/// The icon on the bus.
pub(super) struct Item(Handle<Shown>);

impl Item {
    /// Shows the icon; none where the desktop has no tray.
    pub(super) async fn new(app: &AppHandle, face: Face) -> Option<Self> {
        let shown = Shown { app: app.clone(), face };
        match shown.spawn().await {
            Ok(handle) => Some(Self(handle)),
            Err(error) => {
                tracing::debug!(%error, "there is no tray");
                None
            }
        }
    }

    /// Shows something else.
    pub(super) async fn change(&self, _: &AppHandle, face: Face) {
        // A tray that has ended shows nothing.
        let _ = self.0.update(|shown| shown.face = face).await;
    }
}

struct Shown {
    app: AppHandle,
    face: Face,
}

impl ksni::Tray for Shown {
    fn id(&self) -> String {
        "nodewarden-desk".into()
    }

    fn title(&self) -> String {
        "NodeWarden Desk".into()
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip { title: self.title(), description: self.face.state().to_owned(), ..ToolTip::default() }
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        let Some(icon) = self.app.default_window_icon() else { return Vec::new() };
        let picture = Picture { width: icon.width(), height: icon.height(), rgba: icon.rgba().to_vec() };
        let picture = with_dot(picture, self.face.standing);
        let (Ok(width), Ok(height)) = (i32::try_from(picture.width), i32::try_from(picture.height)) else {
            return Vec::new();
        };
        let mut data = picture.rgba;
        // The bus expects the opacity first.
        data.chunks_exact_mut(4).for_each(|pixel| pixel.rotate_right(1));
        vec![ksni::Icon { width, height, data }]
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        choose(&self.app, Choice::Open);
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let words = &self.face.words;
        let item = |label: &str, choice: Choice| {
            MenuItem::from(StandardItem {
                // An underscore would mark a key.
                label: label.replace('_', "__"),
                activate: Box::new(move |shown: &mut Self| choose(&shown.app, choice)),
                ..StandardItem::default()
            })
        };
        vec![
            StandardItem { label: self.face.state().to_owned(), enabled: false, ..StandardItem::default() }
                .into(),
            MenuItem::Separator,
            item(&words.back_up, Choice::BackUp),
            item(&words.open, Choice::Open),
            MenuItem::Separator,
            item(&words.quit, Choice::Quit),
        ]
    }
}
