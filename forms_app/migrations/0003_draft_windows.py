from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forms_app", "0002_entry")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="window",
            field=models.CharField(default="", max_length=36),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="draft",
            name="step",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
