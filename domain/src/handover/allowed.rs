//! Who may hand over what somebody leaves.

use std::collections::BTreeSet;

use crate::{
    access::Role,
    department::{Department, DepartmentId},
    user::{User, UserId},
};

/// How many people and departments may stand above each other.
const CHAIN_MOST: usize = 32;

/// Says whether somebody may hand over what another leaves: an administrator everybody's, a manager that of the people below
/// them, by department or by whom they report to. The records are asked for one by one.
///
/// # Errors
/// Those of asking.
pub fn may_hand_over<E>(
    who: UserId,
    roles: &BTreeSet<Role>,
    from: UserId,
    mut user: impl FnMut(UserId) -> Result<Option<User>, E>,
    mut department: impl FnMut(DepartmentId) -> Result<Option<Department>, E>,
) -> Result<bool, E> {
    if roles.contains(&Role::Administrator) {
        return Ok(true);
    }
    if !roles.contains(&Role::Manager) || who == from {
        return Ok(false);
    }
    let Some(leaver) = user(from)? else { return Ok(false) };
    let mut next = leaver.department;
    for _ in 0..CHAIN_MOST {
        let Some(id) = next else { break };
        let Some(above) = department(id)? else { break };
        if above.head == Some(who) {
            return Ok(true);
        }
        next = above.parent;
    }
    let mut superior = leaver.superior;
    for _ in 0..CHAIN_MOST {
        match superior {
            Some(above) if above == who => return Ok(true),
            Some(above) => superior = user(above)?.and_then(|above| above.superior),
            None => break,
        }
    }
    Ok(false)
}
