"""What a person without a mouse does on a page."""

from playwright.sync_api import Page


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until the focus is on what the selector names."""
    for _ in range(most):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector}")


def answer(page: Page, item: str, keys: str) -> None:
    tab_to(page, f'[name="{item}"]')
    page.keyboard.type(keys)
