/// The script of the summary: sorts, filters and pages its table. Texts go into the page as text nodes only.
enum SummaryScript {
    static let source: HTML = """
        'use strict';
        const byId = id => document.getElementById(id);
        const rows = JSON.parse(byId('rows').textContent);
        const table = byId('table'), body = table.tBodies[0];
        const buttons = [...document.querySelectorAll('th button')];
        const size = 100;
        const collator = new Intl.Collator(undefined, {numeric: true, sensitivity: 'base'});
        const names = rows.map(row => row[2][0].toLocaleLowerCase());
        const order = rows.map((_, index) => index);
        let shown = order, page = 0, column = -1, descending = false;
        const key = (row, column) => column < 2 ? row[2][column] : row[3][column - 2];
        function compare(one, other) {
          const a = key(rows[one], column), b = key(rows[other], column);
          if (a === null || b === null) return a === b ? one - other : a === null ? 1 : -1;
          const result = typeof a === 'number' ? a - b : collator.compare(a, b);
          return (descending ? -result : result) || one - other;
        }
        function element(name, text, style) {
          const made = document.createElement(name);
          if (text !== undefined) made.textContent = text;
          if (style) made.className = style;
          return made;
        }
        function picture(thumbnail) {
          const made = element('span', undefined, 'thumbnail');
          if (!thumbnail) return made;
          const image = element('img');
          image.alt = '';
          image.src = 'data:image/jpeg;base64,' + thumbnail;
          made.append(image);
          return made;
        }
        function line(index) {
          const [link, tone, cells, , thumbnail] = rows[index];
          const made = element('tr'), head = element('th'), anchor = element('a'), status = element('td');
          head.scope = 'row';
          anchor.href = link;
          if (table.classList.contains('pictured')) anchor.append(picture(thumbnail));
          anchor.append(element('bdi', cells[0]));
          head.append(anchor);
          status.append(element('span', cells[1], 'fate ' + tone + '-text'));
          made.append(head, status, ...cells.slice(2).map(cell => element('td', cell, 'number')));
          return made;
        }
        function draw() {
          const pages = Math.max(1, Math.ceil(shown.length / size));
          page = Math.min(Math.max(0, page), pages - 1);
          body.replaceChildren(...shown.slice(page * size, (page + 1) * size).map(line));
          byId('count').textContent = shown.length === rows.length ? rows.length + ' videos'
            : shown.length + ' of ' + rows.length + ' videos';
          byId('page').textContent = 'Page ' + (page + 1) + ' of ' + pages;
          byId('previous').disabled = page === 0;
          byId('next').disabled = page === pages - 1;
          document.querySelector('.pages').hidden = pages === 1;
        }
        function update() {
          const text = byId('filter').value.toLocaleLowerCase(), status = byId('status').value;
          shown = order.filter(index => (!status || rows[index][2][1] === status) && names[index].includes(text));
          if (column >= 0) shown.sort(compare);
          buttons.forEach((button, index) => {
            button.closest('th').setAttribute('aria-sort',
              index !== column ? 'none' : descending ? 'descending' : 'ascending');
          });
          page = 0;
          draw();
        }
        buttons.forEach((button, index) => button.addEventListener('click', () => {
          if (column === index) descending = !descending;
          else [column, descending] = [index, index > 1];
          update();
        }));
        for (const word of [...new Set(rows.map(row => row[2][1]))].sort(collator.compare)) {
          byId('status').append(new Option(word, word));
        }
        byId('filter').addEventListener('input', update);
        byId('status').addEventListener('change', update);
        byId('previous').addEventListener('click', () => { page -= 1; draw(); });
        byId('next').addEventListener('click', () => { page += 1; draw(); });
        document.querySelector('form').addEventListener('submit', event => event.preventDefault());
        document.querySelector('form').hidden = false;
        draw();
        """
}
