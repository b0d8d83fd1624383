//! Member rows by difference: rows of people who stay are not touched.

use std::collections::BTreeMap;

use domain::{
    access::{Membership, Right},
    id::Id,
    kind::Group,
    record::Members,
    user::User,
};

use super::store::MemberRow;

/// The member rows of a batch: as stored, with what the batch has done to them.
#[derive(Debug, Default)]
pub(super) struct Roster {
    groups: BTreeMap<Group, Vec<MemberRow>>,
    touched: BTreeMap<(Group, Id<User>, u64), MemberRow>,
}

impl Roster {
    /// Says whether a group's rows are here.
    pub(super) fn holds(&self, group: Group) -> bool {
        self.groups.contains_key(&group)
    }

    /// Takes the stored rows of a group.
    pub(super) fn take(&mut self, group: Group, rows: Vec<MemberRow>) {
        self.groups.insert(group, rows);
    }

    /// Returns how a user stands to a group now, and stood at a revision.
    pub(super) fn standing(&self, group: Group, user: Id<User>, seen: u64) -> Membership {
        let rows = self.groups.get(&group).into_iter().flatten().filter(|row| row.user == user);
        let mut standing = Membership::default();
        for row in rows {
            if row.until_rev.is_none() {
                standing.now = Some(row.right);
            }
            if row.from_rev <= seen && row.until_rev.is_none_or(|until| seen < until) {
                standing.at_seen = Some(row.right);
            }
        }
        standing
    }

    /// Makes the open rows of a group those of `members`, at a revision; `new` if the group begins there.
    pub(super) fn change(&mut self, group: Group, members: &Members, rev: u64, new: bool) {
        let rows = self.groups.entry(group).or_default();
        let mut kept: BTreeMap<Id<User>, Right> = BTreeMap::new();
        let mut opened = Vec::new();
        for row in rows.iter_mut().filter(|row| row.until_rev.is_none()) {
            match members.get(&row.user) {
                Some(right) if *right == row.right => {
                    kept.insert(row.user, *right);
                    continue;
                }
                Some(right) => {
                    kept.insert(row.user, *right);
                    opened.push(MemberRow { right: *right, from_rev: rev, ..row.clone() });
                }
                None => row.left = true,
            }
            row.until_rev = Some(rev);
            self.touched.insert((group, row.user, row.from_rev), row.clone());
        }
        let arrived = members.iter().filter(|(user, _)| !kept.contains_key(user));
        opened.extend(arrived.map(|(user, right)| MemberRow {
            group,
            user: *user,
            right: *right,
            since: rev,
            from_rev: rev,
            until_rev: None,
            left: false,
            gained: !new,
        }));
        for row in opened {
            self.touched.insert((group, row.user, row.from_rev), row.clone());
            rows.push(row);
        }
    }

    /// Returns the rows to write.
    pub(super) fn into_touched(self) -> Vec<MemberRow> {
        self.touched.into_values().collect()
    }
}
