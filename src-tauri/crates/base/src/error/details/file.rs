//! Files and folders of this computer.

use super::details;

details! {
    /// Files and folders of this computer.
    FileDetail {
        DiskFull { path: String } => DiskFull, error_disk_full, hint_disk_full;
        SpaceNeeded { path: String, free: String, needed: String } => DiskFull, error_space_needed, hint_disk_full;
        FileTooLarge { path: String } => FileFailed, error_file_too_large, hint_file_too_large;
        PermissionDenied { path: String } => PermissionDenied, error_permission_denied, hint_permission_denied;
        FileNotFound { path: String } => FileNotFound, error_file_not_found, hint_file_not_found;
        FileExists { path: String } => FileExists, error_file_exists, hint_file_exists;
        FileFailed { path: String } => FileFailed, error_file_failed, hint_file_failed;
        NotAFile { path: String } => FileFailed, error_not_a_file, hint_not_a_file;
        FileChanged { path: String } => FileFailed, error_file_changed, hint_file_changed;
        OutsideFolder { path: String } => FileFailed, error_outside_folder, hint_outside_folder;
        ReadingFailed => FileFailed, error_reading_failed, hint_reading_failed;
        ReadingStopped => FileFailed, error_reading_stopped, hint_reading_stopped;
        InputFailed { input: String } => FileFailed, error_input_failed, hint_input_failed;
        InputTooLong { input: String, limit: u64 } => InvalidRequest, error_too_long, error_too_long_hint;
        NotText { input: String } => InvalidRequest, error_not_text, error_not_text_hint;
        NoHomeFolder { variable: String } => FileNotFound, error_no_home_folder, hint_no_home_folder;
        NoFolderNamed => InvalidRequest, error_no_folder_named, hint_no_folder_named;
        NotChosen { path: String } => InvalidRequest, error_not_chosen, hint_not_chosen;
        FileBrowserFailed { path: String } => FileFailed, error_file_browser_failed, hint_file_browser_failed;
        AutostartFailed => FileFailed, error_autostart_failed, hint_autostart_failed;
        PageNotOpened { url: String } => InvalidRequest, error_page_not_opened, hint_page_not_opened;
    }
}
