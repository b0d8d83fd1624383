//! The company's own certificate authority, for a server without a public name.
//!
//! Colleagues install its certificate once on each phone. It can vouch only for private networks: whoever steals
//! its key can pass for no bank.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write as _},
    net::IpAddr,
    path::Path,
};

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Datelike as _};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PublicKeyData as _, date_time_ymd,
};
use sha2::{Digest as _, Sha256};

use crate::random;

/// How long the authority stands, from its making; days.
const AUTHORITY_DAYS: i64 = 3650;
/// How long one of the server's certificates stands; Apple's devices refuse more than 825 days. It is made anew
/// at each start and every hour.
const SERVER_DAYS: i64 = 90;
/// Clocks of phones are behind at times; days.
const LEEWAY_DAYS: i64 = 2;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// The names that it can vouch for, each with everything below: those that no public authority gives out
/// (RFC 6761, RFC 6762, RFC 8375, and the `internal` of ICANN).
const DOMAINS: [&str; 6] = ["localhost", "local", "lan", "internal", "intranet", "home.arpa"];
/// Addresses that no public network routes: RFC 1918, RFC 6598, RFC 3927, this machine.
const NETWORKS: [([u8; 4], u8); 6] = [
    ([10, 0, 0, 0], 8),
    ([172, 16, 0, 0], 12),
    ([192, 168, 0, 0], 16),
    ([100, 64, 0, 0], 10),
    ([169, 254, 0, 0], 16),
    ([127, 0, 0, 0], 8),
];
/// RFC 4193, RFC 4291: unique local, link-local, this machine.
const NETWORKS_6: [(u16, u8); 2] = [(0xfc00, 7), (0xfe80, 10)];

/// A certificate with its chain and its key, in PEM form.
#[derive(Debug)]
pub struct Identity {
    pub certificate: String,
    pub key: String,
}

/// The company's own authority.
#[derive(Debug)]
pub struct Authority {
    key: KeyPair,
    certificate: String,
}

impl Authority {
    /// Opens the authority of a folder; a new one is made where there is none.
    ///
    /// # Errors
    /// The folder cannot be read or written, or holds a key that is none.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("authority.key");
        match fs::read_to_string(&path) {
            Ok(text) => Self::read(&text, folder).with_context(|| format!("{} is no key", path.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => Self::found(folder),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    fn read(text: &str, folder: &Path) -> Result<Self> {
        let path = folder.join("authority.crt");
        let certificate = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        Ok(Self { key: KeyPair::from_pem(text)?, certificate })
    }

    fn found(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let key = KeyPair::generate()?;
        let certificate = params(&key)?.self_signed(&key)?.pem();
        // The key last: a folder with a key has both.
        write(&folder.join("authority.crt"), &certificate, false)?;
        write(&folder.join("authority.key"), &key.serialize_pem(), true)?;
        Ok(Self { key, certificate })
    }

    /// Returns the name under which devices list it.
    pub(crate) fn name(&self) -> String {
        name_of(&self.key)
    }

    /// Returns its certificate in PEM form, for whoever is to trust it.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Makes a certificate for a server's names and addresses.
    ///
    /// # Errors
    /// One of them is not of a private network.
    pub fn sign(&self, names: &[String]) -> Result<Identity> {
        if let Some(name) = names.iter().find(|name| !vouches_for(name)) {
            bail!(
                "{name} is a public name, for which the company's own authority cannot vouch: get a certificate from \
                 a public authority such as Let's Encrypt, and say --tls-cert and --tls-key"
            );
        }
        let key = KeyPair::generate()?;
        let mut server = CertificateParams::new(names)?;
        server.distinguished_name = name("Changke 常客");
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.use_authority_key_identifier_extension = true;
        limit(&mut server, SERVER_DAYS)?;
        let params = params(&self.key)?;
        let issuer = Issuer::from_params(&params, &self.key);
        let certificate = server.signed_by(&key, &issuer)?;
        Ok(Identity { certificate: format!("{}{}", certificate.pem(), self.certificate), key: key.serialize_pem() })
    }
}

/// The name says which key it is: two companies' authorities differ in a list.
fn name_of(key: &KeyPair) -> String {
    let hash = Sha256::digest(key.der_bytes());
    let short: String = hash.iter().take(4).map(|byte| format!("{byte:02X}")).collect();
    format!("Changke 常客 {short}")
}

/// The authority's certificate.
fn params(key: &KeyPair) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = name(&name_of(key));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let domains = DOMAINS.map(|domain| GeneralSubtree::DnsName(domain.to_owned()));
    let networks = NETWORKS.map(|(address, bits)| GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix(address, bits)));
    let networks_6 = NETWORKS_6.map(|(begin, bits)| {
        let mut address = [0; 16];
        let [high, low] = begin.to_be_bytes();
        (address[0], address[1]) = (high, low);
        GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(address, bits))
    });
    let permitted_subtrees = domains.into_iter().chain(networks).chain(networks_6).collect();
    params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    limit(&mut params, AUTHORITY_DAYS)?;
    Ok(params)
}

fn name(text: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, text);
    name
}

/// Lets it stand for so many days from now.
fn limit(params: &mut CertificateParams, days: i64) -> Result<()> {
    let day = |ms: i64| -> Result<_> {
        let date = DateTime::from_timestamp_millis(ms).context("a date of this calendar")?.date_naive();
        Ok(date_time_ymd(date.year(), u8::try_from(date.month())?, u8::try_from(date.day())?))
    };
    let from = random::now();
    params.not_before = day(from - LEEWAY_DAYS * DAY_MS)?;
    params.not_after = day(from + days * DAY_MS)?;
    Ok(())
}

/// Says whether a name or address is one of a private network.
pub(crate) fn vouches_for(name: &str) -> bool {
    if let Ok(address) = name.parse::<IpAddr>() {
        return match address {
            IpAddr::V4(address) => NETWORKS.iter().any(|(network, bits)| {
                let mask = u32::MAX << (32 - u32::from(*bits));
                u32::from(address) & mask == u32::from_be_bytes(*network) & mask
            }),
            IpAddr::V6(address) => NETWORKS_6.iter().any(|(begin, bits)| {
                let mask = u16::MAX << (16 - u32::from(*bits));
                address.segments()[0] & mask == begin & mask
            }),
        };
    }
    let name = name.to_ascii_lowercase();
    DOMAINS.iter().any(|domain| name == *domain || name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')))
}

fn write(path: &Path, text: &str, secret: bool) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let mut file = create(path, secret)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(unix)]
fn create(path: &Path, secret: bool) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mode = if secret { 0o600 } else { 0o644 };
    OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path, _secret: bool) -> std::io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_vouches_for_private_networks_only() {
        for name in
            ["192.168.1.20", "10.0.0.5", "172.31.0.1", "127.0.0.1", "fd00::1", "fe80::1", "crm.local", "LOCALHOST"]
        {
            assert!(vouches_for(name), "{name}");
        }
        for name in ["8.8.8.8", "172.32.0.1", "2001:db8::1", "crm.example.com", "notlocal", "server", ""] {
            assert!(!vouches_for(name), "{name}");
        }
    }

    #[test]
    fn an_authority_is_made_once_and_its_key_is_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let made = Authority::open(folder.path()).unwrap();
        let opened = Authority::open(folder.path()).unwrap();
        assert_eq!(made.certificate(), opened.certificate());
        assert_eq!(made.key.serialize_pem(), opened.key.serialize_pem());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(folder.path().join("authority.key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let refused = made.sign(&["crm.example.com".to_owned()]).err().map(|error| error.to_string());
        assert!(refused.is_some_and(|text| text.contains("crm.example.com")));
    }
}
