//! Makes what all kinds of job share out of one list of them.

/// Defines [`JobKind`](super::JobKind), [`JobResult`](super::JobResult) and
/// [`JobRequest`](super::JobRequest): a line for each kind, with the type of its parameters and of
/// its result.
macro_rules! jobs {
    ($($(#[$doc:meta])* $kind:ident: $request:ty => $result:ty;)*) => {
        /// The kinds of job.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
        #[serde(rename_all = "kebab-case")]
        pub enum JobKind {
            $($(#[$doc])* $kind,)*
        }

        impl JobKind {
            /// When the connection is lost, what the server did can be found out later.
            #[must_use]
            pub fn can_recheck(self) -> bool {
                match self {
                    $(Self::$kind => <$request as Job>::CAN_RECHECK,)*
                }
            }
        }

        /// What a job found or made.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        pub enum JobResult {
            $($(#[$doc])* $kind($result),)*
        }

        impl JobResult {
            /// How a job stands that ended with this result, and what it failed with.
            pub(crate) fn end(&self, was_stopped: bool) -> (JobState, Option<Error>) {
                match self {
                    $(Self::$kind(result) => <$request as Job>::end(result, was_stopped),)*
                }
            }
        }

        /// A job that can be started.
        #[derive(Debug, Clone, Deserialize, specta::Type)]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        pub enum JobRequest {
            $($(#[$doc])* $kind(Box<$request>),)*
        }

        impl JobRequest {
            /// Its kind.
            #[must_use]
            pub fn kind(&self) -> JobKind {
                match self {
                    $(Self::$kind(_) => <$request as Job>::KIND,)*
                }
            }

            /// Refuses what can be refused at once.
            ///
            /// # Errors
            /// Why it is refused.
            pub async fn prepare(
                self,
                services: Arc<dyn JobServices>,
                files: &dyn FileGrants,
            ) -> Result<ReadyJob> {
                match self {
                    $(Self::$kind(job) => ReadyJob::of(*job, services, files).await,)*
                }
            }
        }

        $(
            impl From<$request> for JobRequest {
                fn from(job: $request) -> Self {
                    Self::$kind(Box::new(job))
                }
            }

            impl From<$result> for JobResult {
                fn from(result: $result) -> Self {
                    Self::$kind(result)
                }
            }
        )*
    };
}
