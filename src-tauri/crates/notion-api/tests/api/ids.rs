//! Ids and addresses.

use notion_api::PageId;
use proptest::prelude::*;

const UNDASHED: &str = "598337872cf94fdf8782e53db20768a5";
const DASHED: &str = "59833787-2cf9-4fdf-8782-e53db20768a5";
const VIEW: &str = "0b1c2d3e4f5041618728394a5b6c7d8e";

fn page_in(address: &str) -> Option<String> {
    PageId::from_address(address).map(|id| id.to_string())
}

#[test]
fn every_address_of_a_page_yields_its_id() {
    for address in [
        format!("https://app.notion.com/p/{UNDASHED}"),
        format!("https://app.notion.com/p/{DASHED}"),
        format!("https://app.notion.com/p/My-Note-{UNDASHED}?source=copy_link"),
        format!("https://www.notion.so/My-Note-{UNDASHED}"),
        format!("https://www.notion.so/My-Note-{UNDASHED}#{VIEW}"),
        format!("https://www.notion.so/{UNDASHED}?pvs=4"),
        format!("https://notion.so/acme/My-Note-{UNDASHED}/"),
        format!(
            "https://acme.notion.site/My-Note-{}",
            UNDASHED.to_uppercase()
        ),
        format!("https://www.notion.com/{UNDASHED}"),
        format!("https://www.notion.so/acme/{VIEW}?v={VIEW}&p={UNDASHED}&pm=s"),
        format!("https://www.notion.so/native?page_id={UNDASHED}"),
        format!("http://WWW.NOTION.SO/{UNDASHED}"),
        format!("notion://www.notion.so/My-Note-{UNDASHED}"),
        format!("notion.so/My-Note-{UNDASHED}"),
        format!("/{UNDASHED}"),
        format!("/acme/My-Note-{DASHED}?pvs=4"),
        format!("  {UNDASHED}\n"),
        DASHED.to_uppercase(),
    ] {
        assert_eq!(page_in(&address).as_deref(), Some(DASHED), "{address}");
    }
}

#[test]
fn nothing_else_yields_one() {
    for address in [
        String::new(),
        "My Note".to_owned(),
        format!("https://example.org/{UNDASHED}"),
        format!("https://notion.so.example.org/{UNDASHED}"),
        format!("https://evilnotion.site/{UNDASHED}"),
        format!("https://example.org/?u=https://www.notion.so/{UNDASHED}"),
        format!("https://www.notion.so/acme?v={VIEW}"),
        format!("https://www.notion.so/acme#{VIEW}"),
        format!("https://www.notion.so/Note{UNDASHED}"),
        format!("https://www.notion.so/Note-{UNDASHED}0"),
        format!("mailto:{UNDASHED}@notion.so"),
        format!("//www.example.org/{UNDASHED}"),
        format!("javascript:{UNDASHED}"),
        format!("{{{DASHED}}}"),
        format!("urn:uuid:{DASHED}"),
    ] {
        assert_eq!(page_in(&address), None, "{address}");
    }
}

#[test]
fn a_fragment_names_a_block() {
    for fragment in [
        UNDASHED.to_owned(),
        DASHED.to_owned(),
        format!("block-{UNDASHED}"),
    ] {
        let address = format!("https://www.notion.so/My-Note-{VIEW}#{fragment}");
        let block = PageId::block_from_address(&address).unwrap();
        assert_eq!(block.to_string(), DASHED);
    }
    assert_eq!(
        PageId::block_from_address(&format!("https://www.notion.so/{UNDASHED}")),
        None
    );
    assert_eq!(
        PageId::block_from_address(&format!("https://example.org/#{UNDASHED}")),
        None
    );
}

#[test]
fn json_carries_the_normal_form() {
    let id: PageId = serde_json::from_str(&format!("\"{}\"", UNDASHED.to_uppercase())).unwrap();
    assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{DASHED}\""));
    assert_eq!(format!("{id:?}"), format!("PageId({DASHED})"));
    serde_json::from_str::<PageId>("\"nope\"").unwrap_err();
}

proptest! {
    #[test]
    fn every_spelling_of_an_id_is_the_same(bytes in any::<u128>(), upper in any::<bool>()) {
        let id = PageId::from(uuid::Uuid::from_u128(bytes));
        for spelled in [id.to_string(), id.undashed()] {
            let spelled = if upper { spelled.to_uppercase() } else { spelled };
            prop_assert_eq!(spelled.parse(), Ok(id));
            let address = format!("https://www.notion.so/Slug-{spelled}?pvs=4");
            prop_assert_eq!(PageId::from_address(&address), Some(id));
        }
    }

    #[test]
    fn no_text_upsets_the_parser(text in "\\PC*") {
        let _ = text.parse::<PageId>();
        let _ = PageId::from_address(&text);
        let _ = PageId::block_from_address(&text);
    }

    #[test]
    fn no_address_upsets_the_parser(rest in "[-0-9a-fA-F/?&#=pv_é:.]{0,90}") {
        for start in ["https://www.notion.so/", "notion://", "notion:", "/", "https://a.notion.site"] {
            let _ = PageId::from_address(&format!("{start}{rest}"));
        }
    }

    #[test]
    fn an_id_found_stands_in_the_address(slug in "[a-z0-9-]{0,20}", bytes in any::<u128>()) {
        let id = uuid::Uuid::from_u128(bytes).simple().to_string();
        let address = format!("https://app.notion.com/p/{slug}{id}");
        if let Some(found) = PageId::from_address(&address) {
            prop_assert!(address.replace('-', "").contains(&found.undashed()));
        }
    }
}
