//! What responses teach of the server's generation (PROTOCOL section 2, "Generations").

use super::model::Generation;

/// A call that changed its form over the generations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    /// POST with the password since 1.7.1.
    Download,
    /// POST with the password since 1.7.3: integrity and blob.
    Reading,
}

/// The form of such a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Post,
    Get,
}

impl Generation {
    /// The form to try first.
    pub(super) fn first(known: Option<Self>, call: Changed) -> Form {
        match (known, call) {
            (Some(Self::Get), _) | (Some(Self::Mixed), Changed::Reading) => Form::Get,
            _ => Form::Post,
        }
    }

    /// What is known once a call went through in a form.
    pub(super) fn learned(known: Option<Self>, call: Changed, worked: Form) -> Option<Self> {
        match (call, worked) {
            (Changed::Download, Form::Get) => Some(Self::Get),
            (Changed::Reading, Form::Post) => Some(Self::Current),
            // Downloading by GET is known of this server: no more is learned.
            (Changed::Reading, Form::Get) if known == Some(Self::Get) => known,
            (Changed::Reading, Form::Get) => Some(Self::Mixed),
            // It was updated since: how far, the next reading shows.
            (Changed::Download, Form::Post) if known == Some(Self::Get) => Some(Self::Mixed),
            (Changed::Download, Form::Post) => known,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many requests these calls cost a server that takes `forms`, and what is known then.
    fn speak(
        mut known: Option<Generation>,
        takes: impl Fn(Changed) -> Form,
        calls: &[Changed],
    ) -> (usize, Option<Generation>) {
        let mut asked = 0;
        for call in calls {
            asked += if Generation::first(known, *call) == takes(*call) { 1 } else { 2 };
            known = Generation::learned(known, *call, takes(*call));
        }
        (asked, known)
    }

    const CALLS: [Changed; 6] = [
        Changed::Reading,
        Changed::Download,
        Changed::Reading,
        Changed::Download,
        Changed::Reading,
        Changed::Download,
    ];

    #[test]
    fn the_api_generation_is_detected_once_and_reused() {
        let mixed = |call| if call == Changed::Download { Form::Post } else { Form::Get };
        assert_eq!(speak(None, |_| Form::Post, &CALLS), (6, Some(Generation::Current)));
        assert_eq!(speak(None, mixed, &CALLS), (7, Some(Generation::Mixed)));
        assert_eq!(speak(None, |_| Form::Get, &CALLS), (8, Some(Generation::Get)));
    }

    #[test]
    fn an_update_of_the_server_is_noticed() {
        let (_, known) = speak(Some(Generation::Get), |_| Form::Post, &CALLS);
        assert_eq!(known, Some(Generation::Current));
    }
}
