// Stands for Node's own modules, which packages name for their use outside a browser.

