//! Handovers: what somebody leaves goes to others. They need the network; how far one is shows without it.

pub mod left;
pub mod noted;
pub mod page;
pub mod past;
pub mod portions;
pub mod way;
pub mod words;

pub use page::HandoverPage;

use std::convert::Infallible;

use domain::{
    department::{Department, DepartmentId},
    handover::may_hand_over,
    user::{User, UserId},
};

use crate::data::people::People;

/// Says whether somebody may hand over what another leaves, by the same rule as the server.
pub fn may(people: &People, who: UserId, from: UserId) -> bool {
    let roles = people.user(who).map(|user| user.roles.clone()).unwrap_or_default();
    let user = |id: UserId| -> Result<Option<User>, Infallible> { Ok(people.user(id).cloned()) };
    let department =
        |id: DepartmentId| -> Result<Option<Department>, Infallible> { Ok(people.department(id).cloned()) };
    may_hand_over(who, &roles, from, user, department).unwrap_or(false)
}
