(() => {
  'use strict';

  const SPARE = 12; // rows that are drawn above and below those in sight
  const PRINTED = 2000; // rows that go on paper at most
  const TALLEST = 10e6; // pixels; browsers do not scroll over more than some millions
  const NUMBER = /^[+-]?\d+(\.\d+)?$/;

  const byId = (id) => document.getElementById(id);
  const make = (tag, text = '') => {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  };
  const count = (number) => number.toLocaleString('en');

  // The rows as they were written: [number, status, ID, message, code, key, kinds of problems, cells].
  const rows = [];
  for (const block of document.querySelectorAll('script.rows')) {
    for (const row of JSON.parse(block.textContent)) rows.push(row);
    block.remove();
  }
  const { kinds, groups } = JSON.parse(byId('filters-data').textContent);

  const frame = byId('frame');
  const head = byId('head');
  const body = byId('body');
  const filters = byId('filters');
  const search = byId('search');
  const problem = byId('problem');
  const details = byId('details');

  const headings = [...head.querySelectorAll('button')].map((button) => button.textContent);
  const message = headings.length - 1;
  const label = (status) => status.replace('_', ' ');
  const textOf = (row, column) => {
    if (column === 0) return String(row[0]);
    if (column === 1) return label(row[1]);
    if (column === 2) return row[2];
    return column === message ? row[3] : (row[7][column - 3] ?? '');
  };

  // Which rows: the order, and what is left of them.

  const collator = new Intl.Collator('en', { numeric: true });

  // Numbers come before texts, and empty cells last in either direction; rows that are equal stay in their order.
  const inOrder = (column, descending) => {
    const keys = rows.map((row) => {
      const text = textOf(row, column);
      const kind = text.trim() === '' ? 2 : NUMBER.test(text) ? 0 : 1;
      return { row, text, kind, number: kind === 0 ? Number(text) : 0 };
    });
    const direction = descending ? -1 : 1;
    keys.sort((one, other) => {
      if (one.kind === 2 || other.kind === 2) return one.kind - other.kind && (one.kind === 2 ? 1 : -1);
      const difference = one.kind - other.kind || one.number - other.number || collator.compare(one.text, other.text);
      return direction * difference;
    });
    return keys.map((key) => key.row);
  };

  // The choices of problems: every code, its columns where there are several, and its messages where they make a kind.
  const by = (name, all) => {
    const found = new Map();
    for (const one of all) found.set(one[name], [...(found.get(one[name]) ?? []), one]);
    return found;
  };
  const every = kinds.map(([code, column, words, title], index) => ({ code, column, words, title, index }));
  const choicesOf = () => {
    const choices = [];
    const add = (name, some) => choices.push({ name, kinds: new Set(some.map((one) => one.index)) });
    for (const [code, ofCode] of [...by('code', every)].sort(([one], [other]) => (one < other ? -1 : 1))) {
      add(`${code} ${ofCode[0].title}`, ofCode);
      const columns = by('column', ofCode);
      for (const [column, ofColumn] of columns) {
        const where = column ? `column ${column}` : 'the row as a whole';
        if (columns.size > 1) add(`${code} – ${where}`, ofColumn);
        if (ofColumn.length === 1) continue;
        for (const one of ofColumn) add(`${code} – ${one.words || `${where}, other messages`}`, [one]);
      }
    }
    for (const choice of choices) choice.rows = rows.filter((row) => has(row, choice)).length;
    return choices;
  };
  // The choice that shows the rows of a group; null stands for any column, '' for any message.
  const choiceFor = ([code, column, words]) => {
    const wanted = every.filter(
      (one) => one.code === code && (column === null || one.column === column) && (words === '' || one.words === words),
    );
    return choices.findIndex(
      (choice) => choice.kinds.size === wanted.length && wanted.every((one) => choice.kinds.has(one.index)),
    );
  };
  const has = (row, choice) => row[6].some((kind) => choice.kinds.has(kind));

  // What a search looks through, in lower case: made when it is first needed.
  let haystacks = null;
  const haystackOf = (row) => {
    haystacks ??= new Map();
    let text = haystacks.get(row);
    if (text === undefined) {
      text = [row[0], label(row[1]), row[2], row[3], row[4], row[5], ...row[7]].join('\n').toLowerCase();
      haystacks.set(row, text);
    }
    return text;
  };

  const choices = choicesOf();
  let ordered = rows;
  let shown = rows;

  const choose = () => {
    const statuses = new Set([...filters.querySelectorAll('[name=status]:checked')].map((box) => box.value));
    const choice = problem.value === '' ? null : choices[Number(problem.value)];
    const words = search.value.toLowerCase();
    shown = ordered.filter(
      (row) =>
        (statuses.size === 0 || statuses.has(row[1])) &&
        (choice === null || has(row, choice)) &&
        (words === '' || haystackOf(row).includes(words)),
    );
    const hint = shown.length ? '' : '. Clear the filters to see all.';
    byId('count').textContent = `${count(shown.length)} of ${count(rows.length)} row${rows.length === 1 ? '' : 's'}${hint}`;
    byId('table').setAttribute('aria-rowcount', shown.length + 1);
    frame.scrollTop = 0;
    current = 0;
    redraw();
  };

  const sortBy = (column) => {
    const heads = [...head.querySelectorAll('th')];
    const descending = heads[column].ariaSort === 'ascending';
    for (const one of heads) one.ariaSort = 'none';
    heads[column].ariaSort = descending ? 'descending' : 'ascending';
    ordered = inOrder(column, descending);
    choose();
  };

  // The window: only rows in sight, and some to spare, are in the document.

  const lines = new Map(); // from the position among the shown rows to its line
  const space = () => {
    const line = make('tr');
    line.className = 'space';
    line.ariaHidden = 'true';
    line.append(make('td'));
    line.firstChild.colSpan = headings.length;
    return line;
  };
  const above = space();
  const below = space();
  body.append(above, below);
  let height = 0; // of a line, in pixels
  let current = 0; // the position of the line that the Tab key reaches

  const lineOf = (position) => {
    const row = shown[position];
    const line = make('tr');
    line.ariaRowIndex = position + 2;
    line.dataset.position = position;
    headings.forEach((_, column) => {
      const cell = make(column === 0 ? 'th' : 'td');
      const text = textOf(row, column);
      if (column === 0) {
        cell.scope = 'row';
        const button = make('button', text);
        button.type = 'button';
        button.tabIndex = -1;
        button.ariaLabel = `Row ${text}, all of it`;
        cell.append(button);
      } else {
        const clip = make('div', text);
        clip.className = 'clip';
        clip.dir = 'auto';
        if (text.length > 12) clip.title = text;
        if (column === 1) {
          const dot = make('span');
          dot.className = 'dot';
          dot.dataset.status = row[1];
          clip.prepend(dot);
        }
        cell.append(clip);
      }
      line.append(cell);
    });
    return line;
  };

  const put = (first, last) => {
    for (const [position, line] of lines) {
      if (position >= first && position < last) continue;
      line.remove();
      lines.delete(position);
    }
    let next = below;
    for (let position = last - 1; position >= first; position -= 1) {
      if (!lines.has(position)) {
        const line = lineOf(position);
        lines.set(position, line);
        body.insertBefore(line, next);
      }
      next = lines.get(position);
    }
  };

  const inSight = () => frame.clientHeight - head.offsetHeight;
  const total = () => Math.min(shown.length * height, TALLEST);
  // Where the top of the window is, in rows: the same as pixels over height, unless the table is higher than TALLEST.
  const top = () => {
    const share = frame.scrollTop / Math.max(1, total() - inSight());
    return Math.min(1, share) * Math.max(0, shown.length - inSight() / height);
  };

  const draw = () => {
    const at = top();
    const first = Math.max(0, Math.floor(at) - SPARE);
    const last = Math.min(shown.length, Math.ceil(at + inSight() / height) + SPARE);
    // Nothing may be measured between here and the new heights: with fewer lines for a moment the frame would scroll.
    const before = Math.max(0, frame.scrollTop - (at - first) * height);
    put(first, last);
    above.firstChild.style.height = `${before}px`;
    below.firstChild.style.height = `${Math.max(0, total() - before - (last - first) * height)}px`;
    if (!body.contains(document.activeElement)) current = Math.min(Math.max(current, Math.ceil(at)), last - 1);
    for (const [position, line] of lines) line.querySelector('button').tabIndex = position === current ? 0 : -1;
  };

  const redraw = () => {
    const scrolled = frame.scrollTop;
    put(0, 0);
    if (!height && shown.length) {
      put(0, 1);
      height = lines.get(0).getBoundingClientRect().height;
    }
    // The frame is only as high as the table until it is full: so the table gets its height before the lines are drawn.
    above.firstChild.style.height = '0';
    below.firstChild.style.height = `${total()}px`;
    frame.scrollTop = scrolled;
    draw();
  };

  const moveTo = (position) => {
    current = Math.min(Math.max(position, 0), shown.length - 1);
    const at = top();
    const page = Math.floor(inSight() / height);
    const wanted = current < at ? current : current + 1 > at + page ? current + 1 - page : at;
    if (wanted !== at) {
      const most = total() - inSight();
      frame.scrollTop = (wanted / Math.max(1, shown.length - inSight() / height)) * most;
    }
    draw();
    lines.get(current)?.querySelector('button').focus({ preventScroll: true });
  };

  // How wide a column is: as its texts, within bounds; where there is more or less room, all get their share.
  // `most` bounds the texts, headings count with a part of their length (they wrap on paper), and `edge` is what a cell
  // has around its text; all but the part are in characters.
  const setWidths = ({ most, edge, part, forMessage }) => {
    const step = Math.max(1, Math.floor(rows.length / 2000));
    const widths = headings.map((heading, column) => {
      if (column === message) return forMessage;
      let longest = Math.max(5, (heading.length + 2) * part);
      for (let index = 0; index < rows.length; index += step) {
        longest = Math.max(longest, textOf(rows[index], column).length + (column === 1 ? 2 : 0));
      }
      return Math.min(longest, most) + edge;
    });
    const sum = widths.reduce((one, other) => one + other);
    const columns = widths.map((width) => {
      const column = make('col');
      column.style.width = `${(100 * width) / sum}%`;
      return column;
    });
    byId('widths').replaceChildren(...columns);
    byId('table').style.minWidth = `${sum}ch`;
  };
  const forScreen = () => setWidths({ most: 28, edge: 4, part: 1, forMessage: 48 });
  const forPaper = () => setWidths({ most: 16, edge: 3.5, part: 0.5, forMessage: 36 });

  const open = (position) => {
    const row = shown[position];
    const list = byId('details-list');
    byId('details-title').textContent = `Row ${row[0]}`;
    list.replaceChildren();
    const fields = [
      ['Status', label(row[1])],
      ['ID', row[2]],
      ['Message', row[3]],
      ['Code', row[4]],
      ['Key', row[5]],
      ...row[7].map((text, index) => [headings[index + 3] ?? '', text]),
    ];
    for (const [name, text] of fields) {
      if (text !== '') list.append(make('dt', name), make('dd', text));
    }
    details.showModal();
    details.scrollTop = 0;
  };

  // What the user does.

  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(choose, 150);
  };
  search.addEventListener('input', soon);
  filters.addEventListener('change', (event) => event.target !== search && choose());
  filters.addEventListener('submit', (event) => event.preventDefault());
  filters.addEventListener('reset', () => setTimeout(choose)); // the fields are empty only after this event
  head.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) sortBy(Number(button.dataset.column));
  });
  body.addEventListener('click', (event) => {
    const line = event.target.closest('[data-position]');
    if (!line || !getSelection().isCollapsed) return;
    current = Number(line.dataset.position);
    open(current);
  });
  byId('details-close').addEventListener('click', () => details.close());
  details.addEventListener('close', () => moveTo(current));

  frame.addEventListener('keydown', (event) => {
    if (head.contains(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(inSight() / height) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || !shown.length) return;
    event.preventDefault();
    // The first arrow goes to the row where the user left off.
    moveTo(event.target === frame && event.key.startsWith('Arrow') ? current : current + steps[event.key]);
  });

  let drawing = false;
  frame.addEventListener('scroll', () => {
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      draw();
    });
  });
  addEventListener('resize', () => {
    height = 0;
    redraw();
  });

  // On paper nothing can be opened.
  const folded = () => [...document.querySelectorAll('details.fold:not([open])')];
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = folded();
    for (const one of opened) one.open = true;
  });
  addEventListener('afterprint', () => {
    for (const one of opened) one.open = false;
  });

  addEventListener('beforeprint', () => {
    forPaper();
    put(0, Math.min(shown.length, PRINTED));
    above.hidden = below.hidden = true;
    const left = shown.length - PRINTED;
    byId('left-out').hidden = left <= 0;
    byId('left-out').textContent = `The first ${count(PRINTED)} rows; ${count(left)} more are left out on paper.`;
  });
  addEventListener('afterprint', () => {
    forScreen();
    above.hidden = below.hidden = false;
    byId('left-out').hidden = true;
    redraw();
  });

  // A page and results that `drop` renames together keep the same endings: the link follows the page's own name.
  const ENDING = /\.results\.\d{8}-\d{6}[^/]*$/;
  const follow = (link) => {
    const here = decodeURIComponent(location.pathname.split('/').pop());
    const theirs = decodeURIComponent(link.getAttribute('href').slice(2));
    if (!ENDING.test(here) || !ENDING.test(theirs)) return;
    const name = here.replace(ENDING, '') + theirs.match(ENDING)[0];
    if (name === theirs) return;
    link.setAttribute('href', `./${encodeURIComponent(name)}`);
    link.firstChild.textContent = name;
  };
  for (const link of document.querySelectorAll('a.beside')) {
    try {
      follow(link);
    } catch (error) {
      if (!(error instanceof URIError)) throw error; // names that are not text stay as they are
    }
  }

  for (const button of document.querySelectorAll('[data-group]')) {
    const index = choiceFor(groups[Number(button.dataset.group)]);
    if (index < 0) continue;
    const number = choices[index].rows;
    button.textContent = `Show ${number === 1 ? 'the row' : `the ${count(number)} rows`}`;
    button.hidden = false;
    button.addEventListener('click', () => {
      filters.reset();
      problem.value = String(index);
      byId('rows').scrollIntoView();
      byId('rows').focus({ preventScroll: true });
    });
  }

  choices.forEach((choice, index) => {
    const option = make('option', `${choice.name} (${count(choice.rows)})`);
    option.value = String(index);
    problem.append(option);
  });
  problem.disabled = choices.length === 0;

  if (rows.length === 0) {
    byId('count').textContent = 'There are no rows.';
    return;
  }
  filters.hidden = frame.hidden = false;
  forScreen();
  // The rows of several sheets are in the order of the file, where each sheet begins anew.
  const ascends = rows.every((row, index) => index === 0 || rows[index - 1][0] < row[0]);
  if (ascends) head.querySelector('th').ariaSort = 'ascending';
  choose();
})();
