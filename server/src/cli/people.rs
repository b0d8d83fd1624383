use std::{
    collections::BTreeSet,
    io::{Read as _, stdin},
};

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use domain::{
    access::Role,
    department::{Department, DepartmentId},
    organisation::Region,
    user::User,
    value::Currency,
};
use sync::server::ServerStore;

use super::Data;
use crate::{
    clock::ServerClock,
    password::Passwords,
    people::{self, NewOrganisation, NewUser},
    random,
    store::Store,
};

#[derive(Debug, Args)]
pub(super) struct SetUp {
    #[command(flatten)]
    data: Data,
    /// The organisation's name
    #[arg(long)]
    organisation: String,
    /// zh-Hant, zh-Hans or en
    #[arg(long)]
    language: String,
    /// TW, CN or HK: whose business conventions hold
    #[arg(long, value_parser = word::<Region>)]
    region: Option<Region>,
    /// IANA name, such as Asia/Taipei; follows from the region or the language if absent
    #[arg(long)]
    time_zone: Option<String>,
    /// TWD, CNY, HKD, USD, EUR or JPY; follows from the region or the language if absent
    #[arg(long, value_parser = word::<Currency>)]
    currency: Option<Currency>,
    /// The administrator's name
    #[arg(long)]
    name: String,
    /// The administrator's sign-in name
    #[arg(long)]
    sign_in: String,
    #[command(flatten)]
    password: Password,
}

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Add a person
    Add(Add),
    /// Set somebody's password; all their sessions end
    Password(SetPassword),
    /// List the people
    List(Data),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    data: Data,
    #[arg(long)]
    name: String,
    #[arg(long)]
    sign_in: String,
    /// administrator, manager, sales_rep, sales_assistant, finance or purchaser; may be given several times
    #[arg(long = "role", required = true, value_parser = word::<Role>)]
    roles: Vec<Role>,
    /// The department's name
    #[arg(long)]
    department: Option<String>,
    #[command(flatten)]
    password: Password,
}

#[derive(Debug, Args)]
pub(super) struct SetPassword {
    #[command(flatten)]
    data: Data,
    #[arg(long)]
    sign_in: String,
    #[command(flatten)]
    password: Password,
}

#[derive(Debug, Subcommand)]
pub(super) enum DepartmentCommand {
    /// Add a department
    Add(AddDepartment),
}

#[derive(Debug, Args)]
pub(super) struct AddDepartment {
    #[command(flatten)]
    data: Data,
    #[arg(long)]
    name: String,
    /// The name of the department above
    #[arg(long)]
    parent: Option<String>,
    /// The head's sign-in name
    #[arg(long, value_name = "SIGN_IN")]
    head: Option<String>,
}

#[derive(Debug, Default, Args)]
pub(super) struct Password {
    /// Read the password from the standard input; without this one is made and printed
    #[arg(long)]
    password_stdin: bool,
}

impl Password {
    /// Returns the password, and whether it was made here.
    pub(super) fn take(&self) -> Result<(String, bool)> {
        if !self.password_stdin {
            let made: String = random::bytes::<10>()?.iter().map(|byte| format!("{byte:02x}")).collect();
            return Ok((made, true));
        }
        let mut text = String::new();
        stdin().read_to_string(&mut text).context("no password on the standard input")?;
        Ok((text.trim_end_matches(['\r', '\n']).to_owned(), false))
    }
}

/// Reads a word as it stands on the wire.
fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(text.into()).map_err(|error| error.to_string())
}

pub(super) async fn set_up(options: SetUp) -> Result<()> {
    let store = options.data.open().await?;
    let (password, made) = options.password.take()?;
    let SetUp { organisation: name, language, region, time_zone, currency, .. } = options;
    let organisation = NewOrganisation { name, language, region, time_zone, currency };
    let administrator = NewUser {
        name: options.name,
        sign_in: options.sign_in,
        roles: BTreeSet::new(),
        department: None,
        password: password.clone(),
    };
    let (clock, passwords) = (ServerClock::default(), Passwords::default());
    let user = people::set_up(&store, &clock, &passwords, organisation, administrator).await?;
    report(&user, made.then_some(password));
    Ok(())
}

pub(super) async fn user(command: UserCommand) -> Result<()> {
    match command {
        UserCommand::Add(options) => add(options).await,
        UserCommand::Password(options) => set_password(options).await,
        UserCommand::List(data) => list(&data.open().await?).await,
    }
}

async fn add(options: Add) -> Result<()> {
    let store = options.data.open().await?;
    let clock = founded(&store).await?;
    let department = match &options.department {
        Some(name) => Some(department_named(&store, name).await?),
        None => None,
    };
    let (password, made) = options.password.take()?;
    let new = NewUser {
        name: options.name,
        sign_in: options.sign_in,
        roles: options.roles.into_iter().collect(),
        department,
        password: password.clone(),
    };
    let user = people::add_user(&store, &clock, &Passwords::default(), new).await?;
    report(&user, made.then_some(password));
    Ok(())
}

async fn set_password(options: SetPassword) -> Result<()> {
    let store = options.data.open().await?;
    let user = user_named(&store, &options.sign_in).await?;
    let (password, made) = options.password.take()?;
    people::set_password(&store, &Passwords::default(), user.id, password.clone()).await?;
    report(&user, made.then_some(password));
    Ok(())
}

async fn list(store: &Store) -> Result<()> {
    let mut users: Vec<User> = store.read().await?.records().await?;
    users.sort_by(|a, b| a.sign_in.cmp(&b.sign_in));
    for user in users {
        let roles = serde_json::to_string(&user.roles)?;
        let state = if user.active { "" } else { "\tinactive" };
        println!("{}\t{}\t{roles}{state}", user.sign_in, user.name);
    }
    Ok(())
}

pub(super) async fn department(command: DepartmentCommand) -> Result<()> {
    let DepartmentCommand::Add(options) = command;
    let store = options.data.open().await?;
    let clock = founded(&store).await?;
    let parent = match &options.parent {
        Some(name) => Some(department_named(&store, name).await?),
        None => None,
    };
    let head = match &options.head {
        Some(sign_in) => Some(user_named(&store, sign_in).await?.id),
        None => None,
    };
    let department = people::add_department(&store, &clock, options.name, parent, head).await?;
    println!("{}\t{}", department.id, department.name);
    Ok(())
}

/// Returns the clock of an organisation that is set up.
pub(super) async fn founded(store: &Store) -> Result<ServerClock> {
    let clock = ServerClock::default();
    match store.read().await?.organisation().await? {
        Some(organisation) => clock.set_zone(&organisation.time_zone),
        None => bail!("there is no organisation yet: changke set-up, or the first start in a browser"),
    }
    Ok(clock)
}

async fn department_named(store: &Store, name: &str) -> Result<DepartmentId> {
    let departments: Vec<Department> = store.read().await?.records().await?;
    let mut named = departments.into_iter().filter(|department| department.name == name);
    match (named.next(), named.next()) {
        (Some(department), None) => Ok(department.id),
        (Some(_), Some(_)) => bail!("several departments are called {name}"),
        (None, _) => bail!("no department is called {name}"),
    }
}

async fn user_named(store: &Store, sign_in: &str) -> Result<User> {
    let account = store.read().await?.account(sign_in).await?;
    account.map(|account| account.user).with_context(|| format!("nobody signs in as {sign_in}"))
}

fn report(user: &User, made: Option<String>) {
    println!("{}\t{}", user.id, user.sign_in);
    if let Some(password) = made {
        println!("password: {password}");
    }
}
