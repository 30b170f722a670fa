import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
    { ignores: ['dist', 'src/messages', 'src/backend/bindings.ts', 'project.inlang/cache'] },
    js.configs.recommended,
    ...ts.configs.recommended,
    ...svelte.configs.recommended,
    {
        languageOptions: { globals: { ...globals.browser, ...globals.node, __SAMPLE__: 'readonly' } },
        rules: {
            '@typescript-eslint/no-unused-vars': [
                'error',
                { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
            ],
            // The window reaches the system through src/backend alone.
            'no-restricted-imports': ['error', { patterns: ['@tauri-apps/*'] }],
        },
    },
    {
        files: ['**/*.svelte', '**/*.svelte.ts'],
        languageOptions: {
            parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
        },
        rules: {
            'prefer-const': 'off',
            'svelte/no-navigation-without-resolve': 'off',
            // The window's queries and dates are values that are never changed in place.
            'svelte/prefer-svelte-reactivity': 'off',
        },
    },
    { files: ['src/backend/tauri.ts'], rules: { 'no-restricted-imports': 'off' } },
    {
        files: ['**/*.test.ts'],
        rules: {
            'no-restricted-syntax': [
                'error',
                ...['callee.name', 'callee.callee.object.name'].map((name) => ({
                    selector: `CallExpression[${name}=/^(test|it)$/][arguments.0.value.length>=70]`,
                    message: 'Name the behaviour in fewer than 70 characters.',
                })),
            ],
        },
    },
);
