# The application's image: the same for web, worker, beat and migrate.
FROM python:3.13-slim AS packages
COPY requirements/base.lock /base.lock
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /base.lock

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FASCICLE_STATIC_ROOT=/app/staticfiles
RUN useradd --system --uid 10001 --user-group --no-create-home fascicle \
    && install --directory --owner=fascicle --group=fascicle --mode=700 /attachments /exports /seals
COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py ./
COPY config config
COPY trial trial
COPY forms_app forms_app
COPY analytics analytics
COPY templates templates
COPY static static
# The key only satisfies the settings while the style sheets are compressed; it does not stay in the image.
RUN FASCICLE_SECRET_KEY=while-building python manage.py collectstatic --no-input
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000"]
