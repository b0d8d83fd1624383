//! The world: time, the server, the devices, and what everybody does next.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate};
use domain::{
    access::Role,
    department::{Department, DepartmentCreate, DepartmentId},
    fingerprints::{FingerprintsTend, Keeping},
    id::Id,
    mutation::Action,
    organisation::{Organisation, OrganisationSetUp},
    own::Unknown,
    user::{User, UserCreate, UserId},
    value::Currency,
};
use uuid::Uuid;

use super::{
    Report,
    device::{Device, Failed, SimGuard, now},
    handovers::HandoversActor,
    host::{Host, SimClock},
    jobs::Jobs,
    leaving::Leaving,
    merges::MergesActor,
    newcomers::{Cast, Newcomers},
    own::OwnFieldsActor,
    people::People,
    photos::Photos,
    pools::PoolsActor,
    rng::Rng,
};
use crate::memory::{MemoryDisk, MemoryServer};

/// One hour; ms.
pub(super) const HOUR: i64 = 3_600_000;
/// How many things happen before the quiet.
const HAPPENINGS: usize = 160;
/// How many rounds a company needs at most to come to rest.
const ROUNDS_MOST: usize = 12;
/// 2026-03-02T01:00Z, a Monday morning in Taipei.
pub(super) const START: i64 = 1_772_413_200_000;

/// An entry that a device said it had saved.
#[derive(Clone, Debug)]
pub(super) struct Saved {
    pub(super) user: UserId,
    pub(super) device: usize,
    pub(super) v: u16,
}

pub(super) fn day_of(at: i64) -> NaiveDate {
    DateTime::from_timestamp_millis(at + SimClock::AHEAD).unwrap_or_default().date_naive()
}

/// Everything there is.
pub struct World<H: Host = MemoryServer> {
    pub(super) rng: Rng,
    pub(super) now: i64,
    pub(super) organisation: Uuid,
    pub(super) server: H,
    pub(super) users: Vec<UserId>,
    pub(super) departments: Vec<DepartmentId>,
    pub(super) devices: Vec<Device>,
    pub(super) saved: BTreeMap<Uuid, Saved>,
    /// Entries that their authors discarded.
    pub(super) discarded: BTreeSet<Uuid>,
    /// Customers that were written with a field of a newer build.
    pub(super) newer: BTreeSet<Uuid>,
    /// People who at any time saw everything.
    pub(super) saw_all: BTreeSet<UserId>,
    pub(super) backup: Option<H::Backup>,
    pub(super) photos: Photos,
    pub(super) own: OwnFieldsActor,
    pub(super) jobs: Jobs,
    pub(super) people: People,
    pub(super) leaving: Leaving,
    pub(super) pools: PoolsActor,
    pub(super) merges: MergesActor,
    pub(super) handovers: HandoversActor,
    pub(super) newcomers: Newcomers,
    /// The server is of an older build until then; ms.
    pub(super) server_older_until: i64,
    /// Which tab of a device acts: there may be two leaders for a while.
    pub(super) leader: usize,
    pub(super) tracing: bool,
    pub(super) report: Report,
}

impl World {
    /// A world around a server in memory.
    pub fn new(seed: u64, cast: Cast) -> Self {
        let mut rng = Rng::new(seed);
        let organisation = rng.uuid(START);
        let server = MemoryServer::new(rng.uuid(START));
        Self::with(rng, server, organisation, cast)
    }
}

impl<H: Host> World<H> {
    /// A world around an empty server.
    pub fn around(server: H, organisation: Uuid, seed: u64, cast: Cast) -> Self {
        Self::with(Rng::new(seed), server, organisation, cast)
    }

    fn with(rng: Rng, server: H, organisation: Uuid, cast: Cast) -> Self {
        let luck = Rng::new(rng.clone().next());
        let mut lots = Rng::new(luck.clone().next());
        let mut stream = || Rng::new(lots.next());
        let (own, jobs) = (OwnFieldsActor::new(stream()), Jobs::new(stream()));
        let (people, leaving) = (People::new(stream()), Leaving::new(stream()));
        let newcomers = Newcomers::draw(lots.clone(), cast);
        // Drawn last, so that the others' luck is what it was.
        let pools = PoolsActor::new(Rng::new(lots.next()));
        let merges = MergesActor::new(Rng::new(lots.next()));
        let handovers = HandoversActor::new(Rng::new(lots.next()));
        Self {
            photos: Photos::new(luck),
            own,
            jobs,
            people,
            leaving,
            pools,
            merges,
            handovers,
            newcomers,
            rng,
            now: START,
            organisation,
            server,
            users: Vec::new(),
            departments: Vec::new(),
            devices: Vec::new(),
            saved: BTreeMap::new(),
            discarded: BTreeSet::new(),
            newer: BTreeSet::new(),
            saw_all: BTreeSet::new(),
            backup: None,
            server_older_until: 0,
            leader: 0,
            tracing: std::env::var_os("SIM_TRACE").is_some(),
            report: Report::default(),
        }
    }

    pub(super) fn clock(&self) -> SimClock {
        SimClock(self.now)
    }

    pub(super) fn today_at(&self, at: i64) -> NaiveDate {
        day_of(at)
    }

    /// Lets the server act by itself.
    pub(super) fn command(&mut self, action: impl Into<Action>) -> Failed {
        let (id, clock) = (self.rng.uuid(self.now), self.clock());
        self.server.command(id, action.into(), clock)
    }

    fn user(&mut self, role: Role, department: Option<DepartmentId>) -> User {
        let id = UserId::new(self.rng.uuid(self.now));
        let name = format!("user{}", self.users.len());
        self.users.push(id);
        if role.sees_all_groups() {
            self.saw_all.insert(id);
        }
        User {
            id,
            sign_in: name.clone(),
            name,
            roles: [role].into(),
            department,
            superior: None,
            active: true,
            epoch: 0,
            unknown: Unknown::new(),
        }
    }

    /// Founds a company.
    fn found(&mut self) -> Failed {
        let administrator = self.user(Role::Administrator, None);
        let organisation = Organisation {
            id: Id::new(self.organisation),
            name: "常客".into(),
            language: "zh-Hant".into(),
            currency: Currency::Twd,
            time_zone: SimClock::ZONE.into(),
            region: None,
            silent_after: None,
            unknown: Unknown::new(),
        };
        self.command(OrganisationSetUp { organisation, administrator })?;
        let top = DepartmentId::new(self.rng.uuid(self.now));
        let (east, west) = (DepartmentId::new(self.rng.uuid(self.now)), DepartmentId::new(self.rng.uuid(self.now)));
        self.departments = vec![top, east, west];
        for (id, parent) in [(top, None), (east, Some(top)), (west, Some(top))] {
            let department =
                Department { id, name: "業務部".into(), parent, head: None, branch: false, unknown: Unknown::new() };
            self.command(DepartmentCreate { department })?;
        }
        let people = [
            (Role::Manager, top),
            (Role::Manager, east),
            (Role::SalesRep, east),
            (Role::SalesRep, east),
            (Role::SalesRep, west),
            (Role::SalesAssistant, top),
        ];
        for (role, department) in people {
            let user = self.user(role, Some(department));
            self.command(UserCreate { user })?;
        }
        self.place_head(0, Some(1))?;
        self.place_head(1, Some(2))?;
        for user in self.users.clone() {
            self.add_device(user);
        }
        let second = self.users.get(3).copied();
        second.into_iter().for_each(|user| self.add_device(user));
        if self.newcomers.shared_computer {
            self.share_a_computer();
        }
        if self.newcomers.fingerprints {
            self.command(FingerprintsTend { now: Some((Keeping::LAYOUT, true)), ..Default::default() })?;
        }
        Ok(())
    }

    pub(super) fn add_device(&mut self, user: UserId) {
        let device = Device {
            user,
            browser: self.people.add_browser(user),
            disk: MemoryDisk::new(),
            tabs: Vec::new(),
            guard: SimGuard::default(),
            offline_until: 0,
            clock_off: 0,
            on_their_way: Vec::new(),
            newer: self.rng.chance(25),
            older: self.rng.chance(25),
        };
        self.devices.push(device);
        let index = self.devices.len() - 1;
        // An empty disk always opens.
        drop(self.open(index));
    }

    /// Lives through a few weeks, then lets everything come to rest and looks at it.
    pub(super) fn live(mut self) -> Result<Report, String> {
        self.found()?;
        for _ in 0..HAPPENINGS {
            self.now += match self.rng.below(10) {
                0 => HOUR * (8 + self.rng.below(60) as i64),
                1..=3 => HOUR,
                _ => 60_000 * (1 + self.rng.below(9) as i64),
            };
            let device = self.rng.below(self.devices.len());
            let device = self.at_work(device);
            self.leader = self.rng.below(2);
            match self.rng.below(100) {
                0..=37 => {
                    self.act(device)?;
                    self.maybe_take_photo(device)?;
                    self.newcomers_act(device)?;
                }
                38..=72 => self.exchange(device)?,
                73..=82 => {
                    self.administrate()?;
                    self.newcomers_administrate()?;
                }
                _ => self.misfortune(device)?,
            }
            self.take_back_what_is_due()?;
        }
        self.come_to_rest()?;
        self.check_everything()?;
        self.report.simulated_ms = self.now - START;
        Ok(self.report)
    }

    /// A device meets the network.
    fn exchange(&mut self, index: usize) -> Result<(), String> {
        let offline = self.devices.get(index).is_none_or(|device| device.offline_until > self.now);
        if offline {
            return Ok(());
        }
        if self.access_ended(index) {
            return self.leave(index, true).map(drop);
        }
        if self.rng.chance(60) {
            self.push_from(index, true)?;
            self.check_no_flicker(index)?;
            self.check_columns(index)?;
        }
        self.pull_to(index, true)?;
        self.upload_from(index, true)?;
        Ok(())
    }

    /// Everybody is online, nothing fails any more, until nothing waits.
    fn come_to_rest(&mut self) -> Result<(), String> {
        self.server.calm();
        self.server_older_until = 0;
        self.now += 60_000;
        for index in 0..self.devices.len() {
            if let Some(device) = self.devices.get_mut(index) {
                device.disk.stop_failing();
                device.offline_until = 0;
                device.tabs.truncate(1);
            }
            self.deliver_late(index)?;
        }
        self.review(false)?;
        // What the first of two quiet rounds brought made nobody send anything in the second.
        let mut quiet = 0;
        for _ in 0..ROUNDS_MOST {
            quiet = if self.go_round()? { quiet + 1 } else { 0 };
            self.now += HOUR;
            if quiet == 2 {
                break;
            }
        }
        Ok(())
    }

    /// Every device pushes and pulls until it has done with it. Says whether none had anything to send, and
    /// all came to the same head.
    fn go_round(&mut self) -> Result<bool, String> {
        let (head, mut quiet) = (self.server.tables().rev, true);
        for index in 0..self.devices.len() {
            if self.access_ended(index) {
                quiet &= !self.leave(index, false)?;
                continue;
            }
            self.sign_in(index)?;
            self.on_tab(index, |tab| now(tab.reload()))?;
            for _ in 0..6 {
                let sends = self.on_tab(index, |tab| Ok(tab.push_request().is_some()))?;
                self.push_from(index, false)?;
                let mut ended = false;
                for _ in 0..8 {
                    ended = self.pull_to(index, false)?;
                    if ended {
                        break;
                    }
                }
                while self.upload_from(index, false)? {}
                if sends == Some(false) && ended {
                    break;
                }
                quiet = false;
            }
        }
        Ok(quiet && self.server.tables().rev == head)
    }

    /// What was still on its way arrives.
    pub(super) fn deliver_late(&mut self, index: usize) -> Failed {
        let Some(device) = self.devices.get_mut(index) else { return Ok(()) };
        let session = crate::server::Session { organisation: self.organisation, user: device.user };
        let late = std::mem::take(&mut device.on_their_way);
        // Whose access has ended is not listened to.
        if self.access_ended(index) {
            return Ok(());
        }
        for request in late {
            self.serve_push(index, &session, &request)?;
        }
        Ok(())
    }
}
