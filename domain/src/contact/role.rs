use serde::{Deserialize, Serialize};

/// What a person has to say when their company buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionRole {
    /// Says yes or no.
    Decides,
    /// Is asked before.
    Advises,
    /// Works with what is bought.
    Uses,
    /// Orders it.
    Purchases,
    /// Pays for it.
    Pays,
}

impl DecisionRole {
    /// Every role, the weightiest first.
    pub const ALL: [DecisionRole; 5] = [Self::Decides, Self::Advises, Self::Uses, Self::Purchases, Self::Pays];

    /// Returns the word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decides => "decides",
            Self::Advises => "advises",
            Self::Uses => "uses",
            Self::Purchases => "purchases",
            Self::Pays => "pays",
        }
    }

    /// Finds the role of a word on the wire.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}
