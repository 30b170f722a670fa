//! The tray of Windows and macOS.

use tauri::image::Image;
use tauri::menu::{Menu, MenuBuilder, MenuItemBuilder};
use tauri::tray::{MouseButton, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};

use super::icon::{Picture, with_dot};
use super::{Choice, Face, choose};

/// The icon in the tray.
pub(super) struct Item(TrayIcon);

impl Item {
    /// Shows the icon; none where it cannot be shown.
    pub(super) async fn new(app: &AppHandle, face: Face) -> Option<Self> {
        let mut icon = TrayIconBuilder::with_id("main").tooltip(tip(&face)).show_menu_on_left_click(false);
        if let Some(picture) = picture(app, &face) {
            icon = icon.icon(picture);
        }
        let icon = icon
            .menu(&menu(app, &face).ok()?)
            .on_menu_event(|app, event| match event.id().as_ref() {
                "back-up" => choose(app, Choice::BackUp),
                "open" => choose(app, Choice::Open),
                "quit" => choose(app, Choice::Quit),
                _ => {}
            })
            .on_tray_icon_event(|icon, event| {
                if let TrayIconEvent::Click { button: MouseButton::Left, .. } = event {
                    choose(icon.app_handle(), Choice::Open);
                }
            });
        icon.build(app).ok().map(Self)
    }

    /// Shows something else.
    pub(super) async fn change(&self, app: &AppHandle, face: Face) {
        // What the system refuses stays as it was.
        let _ = self.0.set_icon(picture(app, &face));
        let _ = self.0.set_tooltip(Some(tip(&face)));
        let _ = self.0.set_menu(menu(app, &face).ok());
    }
}

fn tip(face: &Face) -> String {
    format!("NodeWarden Desk: {}", face.state())
}

fn menu(app: &AppHandle, face: &Face) -> tauri::Result<Menu<Wry>> {
    let words = &face.words;
    let item = |id: &str, label: &str| MenuItemBuilder::with_id(id, label).build(app);
    let state = MenuItemBuilder::with_id("state", face.state()).enabled(false).build(app)?;
    MenuBuilder::new(app)
        .item(&state)
        .separator()
        .items(&[&item("back-up", &words.back_up)?, &item("open", &words.open)?])
        .separator()
        .item(&item("quit", &words.quit)?)
        .build()
}

fn picture(app: &AppHandle, face: &Face) -> Option<Image<'static>> {
    let icon = app.default_window_icon()?;
    let picture = Picture { width: icon.width(), height: icon.height(), rgba: icon.rgba().to_vec() };
    let picture = with_dot(picture, face.standing);
    Some(Image::new_owned(picture.rgba, picture.width, picture.height))
}
