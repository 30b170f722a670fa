//! Every attachment body of a target: one flat listing of a bucket, one listing for each folder
//! of a share.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _};

use super::names::is_body_name;
use super::{Access, TargetFolder, blocking, failure};
use crate::{Error, Result};

/// How many requests are under way at a time.
pub const IN_FLIGHT: usize = 16;

/// The bodies of a target.
#[derive(Debug, Clone, Default)]
pub struct BodiesThere {
    /// Name → size, where the target reports it.
    pub sizes: BTreeMap<String, Option<u64>>,
    /// The folders of vault items that could not be listed.
    pub unread: BTreeMap<String, Error>,
}

/// How a body stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is there, and has the right size where the target reports it.
    There,
    /// It is not there.
    Missing,
    /// It is there with this size.
    SizeDiffers(u64),
    /// Its folder could not be listed.
    Unknown,
}

impl BodiesThere {
    /// How the body `name` stands, which should have `size`.
    pub fn standing(&self, name: &str, size: u64) -> Standing {
        match self.sizes.get(name) {
            Some(Some(found)) if *found != size => Standing::SizeDiffers(*found),
            Some(_) => Standing::There,
            None => {
                let folder = name.split('/').next().unwrap_or_default();
                if self.unread.contains_key(folder) { Standing::Unknown } else { Standing::Missing }
            }
        }
    }
}

impl TargetFolder {
    /// Lists every body. `count` receives how many folders were listed, of how many.
    ///
    /// # Errors
    /// As [`TargetFolder::list`], of the `attachments` folder itself.
    pub async fn bodies(&self, count: impl Fn(u64, u64)) -> Result<BodiesThere> {
        match &self.access {
            Access::S3(operator) => {
                let listed = async {
                    let entries = operator.lister_with("attachments/").recursive(true).await?;
                    let sizes = entries.try_filter_map(|entry| async move {
                        let name = entry.path().strip_prefix("attachments/").unwrap_or_default();
                        let is_body = !entry.metadata().is_dir() && is_body_name(name);
                        Ok(is_body.then(|| (name.to_owned(), Some(entry.metadata().content_length()))))
                    });
                    sizes.try_collect().await
                };
                match listed.await {
                    Ok(sizes) => Ok(BodiesThere { sizes, unread: BTreeMap::new() }),
                    Err(error) if error.kind() == opendal::ErrorKind::NotFound => Ok(BodiesThere::default()),
                    Err(error) => Err(failure::of(&error)),
                }
            }
            Access::Webdav { dav, .. } => {
                let folders = dav.list("attachments").await?.unwrap_or_default();
                let folders: Vec<String> =
                    folders.into_iter().filter(|item| item.is_directory).map(|item| item.name).collect();
                let total = folders.len() as u64;
                let mut found = BodiesThere::default();
                let mut listings = futures_util::stream::iter(folders)
                    .map(|folder| async move {
                        let listing = dav.list(&format!("attachments/{folder}")).await;
                        (folder, listing)
                    })
                    .buffer_unordered(IN_FLIGHT);
                let mut done = 0;
                while let Some((folder, listing)) = listings.next().await {
                    done += 1;
                    count(done, total);
                    match listing {
                        Ok(items) => {
                            for item in items.into_iter().flatten().filter(|item| !item.is_directory) {
                                let name = format!("{folder}/{}", item.name);
                                if is_body_name(&name) {
                                    found.sizes.insert(name, item.size);
                                }
                            }
                        }
                        Err(error) => {
                            found.unread.insert(folder, error);
                        }
                    }
                }
                Ok(found)
            }
            Access::Folder(folder) => {
                let folder = folder.clone();
                let (sizes, unread) = blocking(move || folder.bodies()).await?;
                Ok(BodiesThere {
                    sizes: sizes.into_iter().map(|(name, size)| (name, Some(size))).collect(),
                    unread,
                })
            }
        }
    }
}
