//! One note in every notation, for people to read: what changed here changed for everyone.

use notion_markdown::{Document, plan, plan_json};

/// A note with something of everything.
const NOTE: &str = r#"---
title: Engine
---

# The *engine* {color="blue"}

A paragraph with **bold**, *italic*, ~~struck~~, `code`, $x^2$, a [link](https://example.org/a?b=1) and
a second line; <span underline="true">underlined</span>, <span color="red">red</span>.

Met [Ada](notion://01234567-89ab-cdef-0123-456789abcdef) on <mention-date start="2026-05-15"/>. {color="gray"}

- one
  - two

    below two
- [x] done
- [ ] not done

3. three
4. four

> A quotation
>
> - with a list

> [!NOTE]
> A callout

<callout icon="🎯" color="red_bg">

Another

</callout>

<details>
<summary>A toggle</summary>

inside

</details>

## A toggle heading {toggle="true"}

<indent>

under it

</indent>

```rust
fn main() {}
```

$$
\sum x
$$

| a | b |
| --- | ---: |
| c | **d** |

![A picture](https://example.org/p.png)

<columns>
	<column>
		left
	</column>
	<column>
		right
	</column>
</columns>

<unknown url="https://example.org/x" alt="bookmark"/>

A claim.[^1] [x](../relative.md "A title") #tag [[Wiki]]

[^1]: A footnote.

---
"#;

#[test]
fn a_note_in_every_notation() {
    let read = Document::read_body(NOTE);
    let document = read.value;
    insta::assert_snapshot!("body", document.to_body());
    insta::assert_snapshot!("enhanced", document.to_enhanced());
    insta::assert_snapshot!("plain", document.plain_text());
    insta::assert_snapshot!("html", document.to_html());
    let blocks = document.to_blocks();
    let plan = plan_json(&plan(&blocks.blocks));
    insta::assert_snapshot!("plan", format!("{plan:#}"));
    let told: Vec<String> = [
        ("reading", read.losses),
        ("enhanced", document.enhanced().losses),
        ("blocks", blocks.losses),
        ("html", document.html().losses),
    ]
    .into_iter()
    .flat_map(|(to, losses)| losses.into_iter().map(move |loss| format!("{to}: {loss}")))
    .collect();
    insta::assert_snapshot!("losses", told.join("\n"));
}

#[test]
fn a_page_from_a_clipboard() {
    let html = r#"<html><head><title>no</title></head><body><!--StartFragment-->
<h1 style="color: red">Title</h1><p>Some <b>bold</b> and <a href="https://example.org">a link</a>.</p>
<ul><li>one<ul><li>two</li></ul></li><li><input type="checkbox" checked>done</li></ul>
<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td><p>d</p><p>e</p></td></tr></tbody></table>
<pre><code class="language-py">x = 1
</code></pre><img src="data:image/png;base64,AA" alt="A drawing"><blockquote><p>Quote</p></blockquote>
<!--EndFragment--></body></html>"#;
    let read = Document::read_html(html);
    let told: Vec<String> = read.losses.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(
        "clipboard",
        format!("{}\n=== lost\n{}", read.value.to_body(), told.join("\n"))
    );
}
