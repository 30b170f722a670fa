import './language/system-tag';
import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { connect } from './backend';

const root = document.getElementById('app');
if (!root) throw new Error('index.html has #app');

try {
  await connect();
  mount(App, { target: root });
} catch (error) {
  root.textContent = error instanceof Error ? error.message : String(error);
}
