//! `Fn::Cidr`: parts of a block of addresses.

use std::net::IpAddr;

use kernel::AwsError;

use super::invalid;

/// `count` blocks of `block`, each with room for `bits` bits of addresses.
pub(super) fn blocks(block: &str, count: &str, bits: Option<&str>) -> Result<Vec<String>, AwsError> {
    const MOST: u128 = 256;
    let fail = || {
        invalid(format!(
            "Template error: Fn::Cidr cannot make {count} blocks of {} bits of {block}",
            bits.unwrap_or("")
        ))
    };
    let parsed = block
        .split_once('/')
        .and_then(|(address, prefix)| Some((address.parse::<IpAddr>().ok()?, prefix.parse::<u32>().ok()?)));
    let (address, prefix) = parsed.ok_or_else(fail)?;
    let (width, start) = match address {
        IpAddr::V4(address) => (32_u32, u128::from(u32::from(address))),
        IpAddr::V6(address) => (128, u128::from(address)),
    };
    let number: u128 = count.parse().ok().filter(|count| (1..=MOST).contains(count)).ok_or_else(fail)?;
    let bits: u32 = bits.map_or(Ok(8), str::parse).map_err(|_| fail())?;
    let room = width.checked_sub(prefix).filter(|room| bits <= *room && bits < width).ok_or_else(fail)?;
    if room - bits < 128 && number > 1 << (room - bits) {
        return Err(fail());
    }
    let start = if room == 128 { 0 } else { start >> room << room };
    let text = |index: u128| {
        let address = start + (index << bits);
        match u32::try_from(address) {
            Ok(address) if width == 32 => format!("{}/{}", std::net::Ipv4Addr::from(address), width - bits),
            _ => format!("{}/{}", std::net::Ipv6Addr::from(address), width - bits),
        }
    };
    Ok((0..number).map(text).collect())
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn a_block_is_cut_into_smaller_ones() {
        let cut = blocks("192.168.0.0/24", "3", Some("5")).unwrap();
        assert_eq!(cut, ["192.168.0.0/27", "192.168.0.32/27", "192.168.0.64/27"]);
        assert_eq!(blocks("10.0.0.0/16", "1", None).unwrap(), ["10.0.0.0/24"]);
        assert_eq!(blocks("2001:db8::/56", "2", Some("64")).unwrap(), ["2001:db8::/64", "2001:db8:0:1::/64"]);
        assert!(blocks("10.0.0.0/24", "2", Some("8")).is_err());
        assert!(blocks("10.0.0.0", "2", None).is_err());
    }
}
