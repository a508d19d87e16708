"""The kit every screen is made of, so that screens look, speak and take touches in one way.

Import from the file of the noun: `from ui.widgets.tally import TallyGroup`. Nothing here knows the
store, a service or a presenter; values in, signals out. Rules for those who use it:

* No `setStyleSheet`, no `QLabel`, no colours, no font sizes in views: use `Label`, tones and roles.
* A *tone* is the name of a colour of the palette ("text", "primary", "on_warning_tint" ...).
  An *icon* is a word of `ui.theme.icons.NAMES` ("drop_in", "school", "back", "warning" ...).
* A *kind* is one of "info", "success", "warning", "error" (tags, banners, cards).
* Every control gets a name; texts are shown as plain text whoever wrote them.
* Connect bound methods; a lambda only on a signal of a widget that dies with you.
* Set-like methods (`set_value`, `set_text`, `set_values` ...) never emit; signals mean the officer
  did it.

Window
  Theme (ui.theme)     `theme.use(name="day"|"night"|"outdoor", scale=100|115|130, left_handed=)`,
                       `theme.adopt(window)`, `theme.palette`, `theme.font(role)`, signal `changed`
  Shell (ui.shell)     `Shell(places, marking="OFFICIAL")`; `set_page(key, page)`, `choose(key)`,
                       `open_page(page)`, `close_page()`, `set_badge(key, n)`, `set_sync(...)`,
                       `set_marking(words)`, `set_emergency(words)`, `messages` (a MessageBar),
                       `undo` (an UndoToast); signals `chosen(key)`, `settings_wanted`, `sync_wanted`
  TaskRunner (ui.tasks) `run(Lane.STORE | Lane.NETWORK, work, then=, failed=)`, `close(seconds)`
  Notifier (ui.notify) `tell(error)`; signal `told(kind, words)`
  Page                 `Page(title, subtitle="", *, form=False)`; `header.set_title(...)`,
                       `add_action(widget)`, `set_content(widget)` (scrolls), `set_foot(widget)`,
                       override `leaving()`; signals `back_wanted`, `title_changed`

Words and layout
  text                 `Label(text, role="body", *, tone="", wrap=False, selectable=False)`,
                       `Elided(text, role, tone=)`, `Heading(text, level=1|2|3)`
                       roles: display title heading body strong label muted caption counter time
  glyph                `Glyph(icon, tone="text_muted", size=24)`; `set(icon, tone)`
  arrange              `row(*items, margins=0, spacing=12)`, `column(...)` -> layouts; an item is a
                       widget, a layout, an int (space), None (stretch) or (widget, stretch)
  flow, reflow         `Flow(*widgets)` wraps like words; `Reflow(widgets, min_width, most=n)` a grid
                       that picks its columns from its width (balanced)
  card                 `Card(*items, kind="", margins=20, spacing=12)`, `Line()`
  section              `Section(key, title, *items, hint="", optional=False)`; `fold(summary)`,
                       `unfold()`, `set_done(bool)`, `add(item)`, `mark(words)` (sergeant's comment);
                       signal `changed_wanted(key)`
  section_index        `SectionIndex(scroll, sections)`; `jump(key)`; hides itself below 1000 px
  scroll               `TouchScroll(widget, width=0)`; `reveal(widget)`, `jump_to(widget)`
  touch_mode           `TouchMode(window)` once for each window (Shell has one), `kinetic(area)`
  focus_ring           `FocusRing(window)` once for each window (Shell has one)
  skeleton             `Skeleton(rows=4)`: shows itself after 300 ms; `EmptyState(icon, title, text,
                       action="")` in empty_state, signal `acted`

Doing
  buttons              `Button(text, kind="secondary", icon="", *, name="", description="", large=False,
                       icon_after=False, on=None)` kinds: primary secondary ghost danger link;
                       `IconButton(icon, name, on=)`, `LayoutButton(layout, name, description="",
                       kind="row"|"tile"|"tile-primary"|"card", height=72, on=)`
  tile                 `NewTile(icon, title, subtitle, primary=False, on=)`
  sticky_bar           `StickyBar(primary, *secondary)`; `set_saved("saving"|"saved"|"failed"|"info",
                       words, under="")`; mirrors for left-handed
  sheet                `Sheet(window, title)`: panel over the window, no exec(); `body` (layout),
                       `present()`, `dismiss()`; signal `dismissed`. `ConfirmSheet(window, title,
                       text, yes, no="Keep it", kind="danger")`; signals `confirmed`, `dismissed`
  undo_toast           `UndoToast(window)`; `offer(words, seconds=10)`; signals `undone`, `expired`

Choosing and entering
  Choice (choice)      `Choice(value, text, detail="", icon="")`, frozen
  field                `Field(label, widget, hint="", *, target=None, optional=False)`; `set_error(words)`,
                       `set_origin(words)`; `TextField(name, placeholder="", limit=0)`: `text()`,
                       `set_text()`, signal `edited`; `ComboField(name, choices, empty="Choose one")`
  chips                `Chips(choices, name, multi=True)`; `values()`, `value()`, `set_values()`,
                       `set_value()`, `set_choices()`; signal `changed`. One-of-many are radio buttons
  mention_chips        `MentionChips(choices, name, more=())`: chips with a number of mentions;
                       `counts()`, `set_counts({value: n})`; signal `changed`
  choice_field         `choice_field(choices, name, multi=False)`: Chips up to 12, else ListPicker
  list_picker          `ListPicker(choices, name, empty="Choose one")`: `value()`, `set_value()`,
                       `set_choices()`; signal `changed`; search inside
  tally                `Tally(value, text, maximum=999)`: `value()`, `set_value()`, signal
                       `counted(int)`; `TallyGroup(choices, noun=("person", "people"))`: `values()`,
                       `set_values()`, `total()`, `undo()`; signal `changed`
  stepper              `Stepper(name, minimum=0, maximum=999, step=1)`: one-line - [n] +; `value()`,
                       `set_value()`, signal `changed`
  time_field           `TimeField(name)`: `value() -> time | None`, `set_value()`, signal `changed`;
                       `TimeRange(start="Start", end="Finish")`: `start`, `end`, `set_errors()`
  day_field            `DayField(name, today, latest=None, earliest=None)`: Today, Yesterday, another
                       day; `value() -> date`, `set_value()`; signal `changed`. `coming=True` offers
                       Today, Tomorrow, another day
  date_picker          `DatePicker(window, day, earliest=None, latest=None)` a Sheet; signal `picked(date)`
  place_field          `PlaceField(name, places, recent=())` over Choices; `text()`, `value()` ("" when
                       typed), `set_place(value, text)`, `set_places()`; signals `picked(value)`, `edited`
  growing_text         `GrowingText(name, placeholder="", limit=0, lines=4)`; `text()`, `set_text()`,
                       `add_phrase(words)`; signal `edited`
  phrase_chips         `PhraseChips(phrases, target)`: adds the words to a GrowingText
  error_summary        `ErrorSummary()`; `show_errors([(key, words)])` takes focus, `clear()`; signal
                       `followed(key)`

Showing
  tag                  `Tag(words, kind="info", icon="")`, `StatusTag(code)`; `STATUS[code] -> TagLook`
                       codes: DRAFT SUBMITTED PENDING_REVIEW RETURNED APPROVED VOID QUARANTINED CONFLICT
                       REJECTED
  banner               `Banner(kind, title, text="", *, icon="", action="")`; `say(kind, title, text,
                       action=, icon=)` announces once; signals `acted`
  message_bar          `MessageBar()`; `say(kind, words, action="")`, `clear()`; errors stay until closed
  sync_pill            `SyncPill()`; `show_state("offline"|"sending"|"clear"|"attention", words)`;
                       signal `clicked`
  rows                 `PlanRow(...)`, `DraftRow(...)`, `ReturnedCard(...)`, `RecordRow(...)`, `CheckRow`
                       built from frozen `PlanLine`, `DraftLine`, `ReturnedLine`, `RecordLine`
  summary_list         `SummaryList(items)`; `set_items([SummaryItem(key, label, value, change=True,
                       comment="")])`; signal `change_wanted(key)`
  stat_card            `StatCard(number, label, under="", kind="", on=None)`; `set_values(...)`
  queue_list           `QueueList(name)`; `set_rows([QueueRow])`, `select(key)`, `current_key()`;
                       signals `chosen(key)` (highlight moved), `opened(key)` (tapped or Enter)
  table                `Table(name, columns)`; `set_rows([(cell, ...)])`; a cell is text or
                       `Rag("RED"|"AMBER"|"GREEN", word)`; signal `opened(row_index)`
  announce             `announce(widget, words, urgent=False)` for screen readers
"""
