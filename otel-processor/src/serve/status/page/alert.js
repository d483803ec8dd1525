import { rememberToken, token } from './api.js';

/* The page behind the link on a card, where the service asks for tokens: the link opens, and the token never is in it. */

const form = document.getElementById('token-form');
const input = document.getElementById('token');
const problem = document.getElementById('token-error');

async function show() {
  const response = await fetch(location.pathname, {
    headers: { Authorization: `Bearer ${token()}`, Accept: 'text/html' },
  });
  if (response.ok) {
    // Its style is inline, which this page does not allow; it has its own.
    const html = (await response.text()).replace(/<style>.*?<\/style>/s, '');
    const page = new DOMParser().parseFromString(html, 'text/html');
    document.title = page.title;
    document.getElementById('alert').replaceChildren(...page.body.children);
    form.hidden = true;
    return;
  }
  const { error } = await response.json().catch(() => ({}));
  const isRefused = response.status === 401 || response.status === 403;
  form.hidden = !isRefused;
  problem.hidden = false;
  problem.textContent = error ?? `the service answered ${response.status}`;
  if (isRefused) input.focus();
  else document.getElementById('alert').replaceChildren(problem);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  rememberToken(input.value.trim());
  void show();
});

if (token() === '') {
  form.hidden = false;
  input.focus();
} else void show();
