"""The kit every screen is made of, so that screens look, speak and take touches in one way.

Import from the file of the noun: `from ui.widgets.tally import TallyGroup`. Nothing here knows the
store, a service or a presenter; values in, signals out. Rules for those who use it:

* No `setStyleSheet`, no `QLabel`, no colours, no font sizes in views: use `Label`, tones and roles.
* A *tone* is the name of a colour of the palette ("text", "primary", "on_warning_tint" ...).
  An *icon* is a word of `ui.theme.icons.NAMES` ("drop_in", "school", "back", "warning" ...).
* A *kind* is one of "info", "success", "warning", "error" (banners, cards, tags), "quiet" (tags).
* Every control gets a name; texts are shown as plain text whoever wrote them.
* Connect bound methods; a lambda only on a signal of a widget that dies with you.
* Set-like methods (`set_value`, `set_text`, `set_values` ...) never emit; signals mean the officer
  did it.
* Bare containers that should let the ground show get `setObjectName("plain")`; a page's own
  ground is `"ground"`, a white area `"band"`, a left pane `"pane"` (QFrame).

Window
  Theme (ui.theme)  `theme.use(name="day"|"night"|"outdoor", scale=100|115|130, left_handed=)`,
                    `theme.adopt(window)`, `theme.palette`, `theme.font(role)`, `theme.px(n)`;
                    signal `changed`
  Shell (ui.shell)  `Shell(places, marking="OFFICIAL")` over `Place(key, word, icon)`;
                    `set_page(key, page)`, `has_page(key)`, `choose(key)`, `open_page(page)`,
                    `close_page()`, `page()`, `set_badge(key, n, spoken)`, `set_sync(state, words)`,
                    `set_marking(words)`, `set_emergency(words)`, `messages` (a MessageBar), `undo`
                    (an UndoToast), `upright`; signals `chosen(key)` ("settings" too),
                    `sync_wanted`, `page_closed(page)`
  Page (page)       `Page(title, subtitle="", form=False)`; `set_title()`, `set_marking()`,
                    `add_action(widget)`, `set_content(widget, scrolls=True, width=0)`,
                    `set_foot(widget)`; override `leaving() -> bool`; signal `back_wanted`
  TaskRunner (ui.tasks) `run(Lane.STORE | Lane.NETWORK, work, then=, failed=)`, `close(seconds)`
  Notifier (ui.notify) `tell(error)`; signal `told(kind, words)`

Words and layout
  text              `Label(text, role="body", tone="", wrap=False, selectable=False)`,
                    `Elided(text, role, tone=)`, `Heading(text, level=2)` (1 page, 2 card, 3 part)
                    roles: display title heading body strong label muted caption counter time figure
  glyph             `Glyph(icon, tone="text_muted", size=24)`; `set(icon, tone)`
  arrange           `row(*items, margins=0, spacing=12)`, `column(...)` -> layouts; an item is a
                    widget, a layout, an int (space), None (stretch) or (widget, stretch);
                    `add(layout, item)`, `clear(layout)`
  flow, reflow      `Flow(*widgets)` wraps like words; `Reflow(widgets, min_width, most=0,
                    stretches=())` a grid that picks its columns from its width (balanced)
  card              `Card(*items, kind="", margins=20, spacing=12)`, `add(item)`; `Line()`
  section           `Section(key, title, *items, hint="", optional=False)`; `fold(summary)`,
                    `unfold()`, `set_done(done=)`, `add(item)`, `mark(words)` (a comment on it);
                    signals `change_wanted(key)`, `done_changed(key, bool)`
  section_index     `SectionIndex(scroll, sections)`; `jump(key)`; hides itself below 1000 px of
                    its parent's width
  scroll            `TouchScroll(widget, width=0)`; `reveal(widget)`, `jump_to(widget)`
  touch_mode        `kinetic(area)` for areas of your own; the Shell's TouchMode does the rest
  skeleton          `Skeleton(rows=4)`: shows itself after 300 ms
  empty_state       `EmptyState(icon, title, text="", action="")`; signal `acted`

Doing
  buttons           `Button(text, kind="secondary", icon="", name="", description="", large=False,
                    icon_after=False, on=None)`; kinds primary secondary ghost danger link;
                    `set_words(text)`; `IconButton(icon, name, on=)`; `LayoutButton(layout, name,
                    description="", kind="row"|"card"|"tile"|"warning-card", height=72, on=)`
  tile              `NewTile(icon, title, subtitle, primary=False, on=)`
  sticky_bar        `StickyBar(primary, *secondary)`; `set_saved("saving"|"saved"|"failed"|"info",
                    words, under="")`; mirrors for left-handed
  sheet             `Sheet(window, title)`: panel over the window, no exec(); `add(item)`,
                    `present(focus=None)`, `dismiss()`; signal `dismissed`. `ConfirmSheet(window,
                    title, text, yes, no="Keep it", kind="danger")`; signal `confirmed`
  undo_toast        `offer(words, seconds=10, undone=None, expired=None)`, `withdraw()`; the
                    callbacks are of that offer alone, the signals `undone`, `expired` of any

Choosing and entering
  choice            `Choice(value, text, detail="", icon="")`, frozen
  field             `Field(label, widget, hint="", target=None, optional=False)`;
                    `set_error(words)`, `set_origin(words)` (where a value came from)
  text_field        `TextField(name, placeholder="", limit=0)`: `text()`, `set_text()`, `edited`
  combo_field       `ComboField(name, choices, empty="Choose one")`: `value()`, `set_value()`,
                    `set_choices()`, signal `changed`
  chips             `Chips(choices, name, multi=True)`; `values()`, `value()`, `set_values()`,
                    `set_value()`, `set_choices()`, `chip(value)`; signal `changed`. One of many
                    are radio buttons, many are check boxes
  mention_chips     `MentionChips(choices, name, more=())`: chips with a number of mentions, `more`
                    behind a search; `counts()`, `set_counts({value: n})`; signal `changed`
  choice_field      `choice_field(choices, name)`: one of them; Chips up to 12, else ListPicker
  list_picker       `ListPicker(choices, name, empty="Choose one")`: `value()`, `set_value()`,
                    `set_choices()`; signal `changed`; `PickSheet(window, title, choices)` alone
  tally             `TallyGroup(choices, noun=("person", "people"))`: `values()`, `set_values()`,
                    `total()`, `undo()`, `tallies[value]`; signal `changed`
  stepper           `Stepper(name, minimum=0, maximum=999, step=1, suffix="")`: `value()`,
                    `set_value()`; signal `changed`
  time_field        `TimeField(name, suggested=)`: `value() -> time | None`, `typed()`,
                    `set_value()`, signal `changed`; `TimeRange(start, finish)`: both fields as
                    `start`, `finish`, `set_errors(start, finish)`
  day_field         `DayField(name, today, earliest=None, latest=None, coming=False)`: `value()`,
                    `set_value()`, `set_today()`; signal `changed`
  date_picker       `DatePicker(window, day, today=, earliest=, latest=)`; signal `picked(date)`
  place_field       `PlaceField(name, places, recent=())` over Choices; `text()`, `value()` ("" when
                    only typed), `set_place(value, text)`, `set_places(places, recent=)`; signals
                    `picked(value)`, `edited`
  growing_text      `GrowingText(name, placeholder="", limit=0, lines=4)`; `text()`, `set_text()`,
                    `add_phrase(words)`; signal `edited`
  phrase_chips      `PhraseChips(phrases, target)`: adds its words to a GrowingText
  error_summary     `ErrorSummary()`; `show_errors([(key, words)])` takes the focus, `clear()`;
                    signal `followed(key)`

Showing
  tag               `Tag(words, kind="info", icon="")`, `TagLook` (the same, frozen),
                    `StatusTag(code)`; `STATUS[code] -> TagLook` for DRAFT SUBMITTED PENDING_REVIEW
                    RETURNED APPROVED VOID QUARANTINED CONFLICT REJECTED
  banner            `Banner(kind, title, text="", icon="", action="")`; `say(...)` the same, and
                    announces it once; signal `acted`
  message_bar       `MessageBar()`; `say(kind, words, action="")`, `clear()`; errors stay until
                    closed; signals `acted`, `said(kind, words)`
  sync_pill         `show_state("offline"|"sending"|"clear"|"attention", words)`
  rows              `PlanRow(PlanLine)` signal `started(key)`; `RecordRow(RecordLine)`,
                    `DraftRow(RecordLine)`, `ReturnedCard(key, title, words, by="")` signal
                    `opened(key)`; `CheckRow(words, passed=)`
  picture           `Picture(image, least, fills=False)`: a QImage in whatever room it gets
  photo_strip       `PhotoStrip(removes=False)`; `set_photos((Photo(key, words, image), ...))`;
                    signals `opened(key)`, `removed(key)`; `PhotoSheet(window, title, image)` large
  summary_list      `SummaryList(items)`; `set_items([SummaryItem(key, label, value, change=False,
                    comment="")])`; signal `change_wanted(key)`
  stat_card         `StatCard(number, label, under="", kind="")`; `set_values(...)`
  queue_list        `QueueList(name)`; `set_rows([QueueRow(key, title, line, meta, icon, tags,
                    urgent)])`, `select(key)`, `current_key()`, `step(n)`; signals `chosen(key)`
                    (highlight moved), `opened(key)` (tapped or Enter)
  table             `Table(name, [Column(title, share=1, number=False, drop=0)])`;
                    `set_rows([(cell, ...)])`; a cell is text or `Rag("RED"|"AMBER"|"GREEN",
                    words)`; signal `opened(row)`
  announce          `announce(widget, words, urgent=False)` for screen readers
  dates             `short_day(date)` "Thu 19 Nov", `long_day(date)`
"""
