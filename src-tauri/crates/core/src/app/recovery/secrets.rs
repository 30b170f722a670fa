//! Testing JWT_SECRET candidates, and making a new one.

use secrecy::SecretString;

use super::Recovery;
use crate::envelope::Verdict;
use crate::error::EnvelopeDetail;
use crate::incidents::{
    Against, CandidateAnswer, CompletedStep, EvidenceKind, Fact, FactDetail, KnownEvidence, SecretEvidence,
    StepKind, check, evidence_text, make_secret,
};
use crate::server::AccessToken;
use crate::{Error, Result};

/// No row and no token is longer; an exported database may be.
const LONGEST_FILE: u64 = 256 << 20;

impl Recovery {
    /// What candidates can be tested against without asking for anything.
    ///
    /// # Errors
    /// `ProfileNotFound`, `LedgerFailed`.
    pub async fn secret_evidence(&self, profile_id: &str) -> Result<Vec<KnownEvidence>> {
        let profile = self.ledger.profile(profile_id)?;
        // A keyring that is locked keeps nothing that could be used now.
        let kept = self.kept_token(&profile.id).await.ok().flatten();
        Ok(kept
            .and_then(|token| AccessToken::read(&token))
            .map(|token| KnownEvidence::KeptToken {
                profile_id: profile.id,
                issued_at: token.issued_at.map(|at| at.to_string()),
                expires_at: token.expires_at.map(|at| at.to_string()),
            })
            .into_iter()
            .collect())
    }

    /// Tests candidates, offline. They are kept nowhere; that one is right is noted
    /// in the recovery `case_id`, without it.
    ///
    /// # Errors
    /// `InvalidRequest` when nothing is kept to test against, a file error,
    /// `EnvelopeDamaged`, `EnvelopeVersionUnknown`.
    pub async fn check_secrets(
        &self,
        against: SecretEvidence,
        candidates: Vec<SecretString>,
        case_id: Option<i64>,
    ) -> Result<Vec<CandidateAnswer>> {
        let against = match against {
            SecretEvidence::KeptToken { profile_id } => {
                let token = self.kept_token(&profile_id).await?.ok_or_else(nothing_kept)?;
                Against::Token(token)
            }
            SecretEvidence::Pasted { text } => Against::find_in(&text)?,
            SecretEvidence::File { path } => {
                crate::app::tasks::blocking(move || Against::find_in(&read(std::path::Path::new(&path))?))
                    .await?
            }
        };
        let answers: Vec<CandidateAnswer> =
            candidates.iter().map(|candidate| check(&against, candidate)).collect();
        // What is right but too short is not what the server would take back.
        let right = answers.iter().position(|answer| answer.verdict == Verdict::Right && !answer.too_short);
        if let (Some(id), Some(place)) = (case_id, right) {
            let kind = match against {
                Against::Token(_) => EvidenceKind::AccessToken,
                Against::Envelope(_) | Against::Plain => EvidenceKind::Settings,
            };
            let at = self.clock.now().to_string();
            let proof = vec![
                Fact::new(kind, FactDetail::CandidateRight).at(at.clone()).words((place + 1).to_string()),
            ];
            self.mark(id, CompletedStep { kind: StepKind::FindSecret, at, proof })?;
        }
        Ok(answers)
    }

    /// A strong new JWT_SECRET. It is kept nowhere.
    pub fn make_secret(&self) -> SecretString {
        make_secret(&mut rand::rng())
    }
}

fn read(path: &std::path::Path) -> Result<SecretString> {
    let failed = |error: std::io::Error| Error::file(path, &error);
    if std::fs::metadata(path).map_err(failed)?.len() > LONGEST_FILE {
        return Err(EnvelopeDetail::EvidenceTooLarge { path: path.display().to_string() }.error());
    }
    let bytes = zeroize::Zeroizing::new(std::fs::read(path).map_err(failed)?);
    Ok(evidence_text(&bytes))
}

fn nothing_kept() -> Error {
    EnvelopeDetail::NothingKept.error()
}
