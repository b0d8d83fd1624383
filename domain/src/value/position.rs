use std::fmt;

use crate::refusal::Problem;

/// A place on the earth (WGS 84), to a millionth of a degree: about a decimetre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Millionths of a degree, the north positive.
    latitude: i32,
    /// Millionths of a degree, the east positive.
    longitude: i32,
}

/// Millionths in a degree.
const SCALE: f64 = 1e6;
/// The earth's mean radius (IUGG); metres.
const RADIUS: f64 = 6_371_008.8;

impl Position {
    /// Takes what a device says, in degrees; `None` for what is no place.
    pub fn of_degrees(latitude: f64, longitude: f64) -> Option<Self> {
        let holds = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        // Within those bounds the products fit.
        let scaled = |degrees: f64| (degrees * SCALE).round() as i32;
        holds.then(|| Self { latitude: scaled(latitude), longitude: scaled(longitude) })
    }

    /// Reads degrees of latitude and longitude parted by a comma, as maps write them.
    ///
    /// # Errors
    /// [`Problem::NotAPosition`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (latitude, longitude) = text.split_once([',', '，']).ok_or(Problem::NotAPosition)?;
        let degrees = |text: &str| text.trim().parse::<f64>().ok().filter(|degrees| degrees.is_finite());
        let both = degrees(latitude).zip(degrees(longitude));
        both.and_then(|(latitude, longitude)| Self::of_degrees(latitude, longitude)).ok_or(Problem::NotAPosition)
    }

    /// Returns the distance along a great circle (the haversine formula); whole metres.
    pub fn metres_to(self, other: Position) -> u32 {
        let radians = |millionths: i32| (f64::from(millionths) / SCALE).to_radians();
        let (here, there) = (radians(self.latitude), radians(other.latitude));
        let north = (there - here) / 2.0;
        let east = (radians(other.longitude) - radians(self.longitude)) / 2.0;
        let chord = north.sin().powi(2) + here.cos() * there.cos() * east.sin().powi(2);
        (2.0 * RADIUS * chord.sqrt().min(1.0).asin()).round() as u32
    }
}

fn degrees(millionths: i32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let sign = if millionths < 0 { "-" } else { "" };
    let all = millionths.unsigned_abs();
    write!(f, "{sign}{}.{:06}", all / 1_000_000, all % 1_000_000)
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        degrees(self.latitude, f)?;
        f.write_str(",")?;
        degrees(self.longitude, f)
    }
}

super::text_serde!(Position);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Position {
        Position::parse(text).unwrap()
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in ["25.033964,121.564468", "-33.856784,151.215297", "0.000000,-0.000001", "-90.000000,180.000000"] {
            assert_eq!(at(text).to_string(), text);
        }
        assert_eq!(at(" 25.03 ， 121.5 ").to_string(), "25.030000,121.500000");
        for text in ["", "25.03", "91,0", "0,180.1", "x,y", "NaN,0", "1,2,3"] {
            assert_eq!(Position::parse(text), Err(Problem::NotAPosition), "{text}");
        }
    }

    #[test]
    fn distances_are_those_of_the_map() {
        // Taipei main station to Taipei 101, and to Kaohsiung main station.
        let station = at("25.047924,121.517081");
        assert!(station.metres_to(at("25.033964,121.564468")).abs_diff(5_020) < 30);
        assert!(station.metres_to(at("22.639492,120.302583")).abs_diff(294_800) < 1_000);
        assert_eq!(station.metres_to(station), 0);
        // Across the date line, and to the other side of the earth.
        assert!(at("0,179.999").metres_to(at("0,-179.999")).abs_diff(222) < 2);
        assert!(at("0,0").metres_to(at("0,180")).abs_diff(20_015_115) < 100);
    }
}
