//! NodeWarden Desk.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    #[cfg(target_os = "linux")]
    nodewarden_desk::graphics::avoid_blank_window();
    #[cfg(not(debug_assertions))]
    desk_core::process::close_memory();
    nodewarden_desk::run()
}
