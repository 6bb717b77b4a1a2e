/** A note that has something of everything the editor shows. */
export const WRITING = `Charles walked through **the mill** and *the store*, see [Jacquard loom, how it works](notion://018f0000-0000-7000-8000-000000000010), [[Punch card supplier call]] or https://example.org/engine. It costs $5, and $e^{i\\pi} + 1 = 0$ as everyone knows.[^1] Done by <mention-date start="2026-12-24"/>, <span color="red">no later</span>.

## Decisions

- [x] Two card decks: operations and variables
- [ ] Write the table
  - [ ] with a worked example
    that goes on in a second line
- A bullet
  1. first
  2. second
     - deep inside, so long that the line has to be broken and hangs under its own beginning, not under its mark

> A quotation that says something
> > and one inside of it

> [!WARNING]
> The cards are **wet**.

<callout icon="🎯" color="blue_bg">

Aim at the store, not at the mill.

</callout>

| Card | Holes | Note |
| :--- | ---: | --- |
| V4 | 12 | *decrement* |
| V1 | 7 | see [the list](https://example.org) |

$$
\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2}
$$

<details>
<summary>What is folded away</summary>

Inside of the toggle.

</details>

\`\`\`rust
// The loop, as cards.
fn repeat(times: u32) -> String {
    format!("{} times", times)
}
\`\`\`

A line in blue {color="blue_bg"}

<database url="https://app.notion.com/p/1" inline="true">Suppliers</database>

<unknown url="https://app.notion.com/p/2" alt="bookmark"/>

---

מערכת אחת לכל פעולה, ועוד אחת לכל משתנה.

エンジンの計算は数だけではない。

[^1]: Everyone since Euler.
`;
